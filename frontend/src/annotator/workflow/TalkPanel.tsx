/** The tab beside the photo for everything that is said: its state and why, comments, and the project's guide. */

import { Modal } from '@mantine/core'
import { IconArrowBackUp, IconMapPin, IconMessagePlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'

import { ago } from '../../shared/format'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Comment } from '../../shared/types'
import type { PanelProps } from '../canvas/panels'
import { useStore } from '../canvas/store'
import room from '../canvas/Workplace.module.css'
import { isOwner } from '../records'
import { Composer } from './Composer'
import { RegionForm } from './ExampleDialogs'
import { GuideView } from './GuideView'
import { hasGuide, useComments, useGuide, useWorkflow } from './records'
import { between, type Region } from './region'
import { StateBadge } from './StateBadge'
import { useAskedMove } from './StateMenu'
import { moveKey, reasonOf } from './states'
import { Thread } from './Thread'
import { standingText } from './words'
import css from './workflow.module.css'

export function TalkPanel(props: PanelProps) {
  return (
    <>
      <StateSection {...props} />
      <CommentsSection {...props} />
      <GuideSection {...props} />
    </>
  )
}

function StateSection({ painter, image, user }: PanelProps) {
  const { data: workflow, error } = useWorkflow(image.id)
  const { talk } = painter.desk
  const { move, isBusy } = useAskedMove(image, talk)
  if (!workflow) return <ProblemAlert error={error} />
  const { state, holder, is_idle, moves, changes } = workflow
  const reason = reasonOf(workflow)
  return (
    <section aria-label={t('workflow:heading.state')}>
      {reason && (
        <div className={css.reason}>
          <p className={css.reasonHead}>
            <IconArrowBackUp size={16} aria-hidden />
            {t('workflow:reason', {
              name: reason.user ?? t('workflow:somebody'),
              when: ago(reason.created_at),
            })}
          </p>
          <p className={css.said}>{reason.text}</p>
          {reason.comment !== null && <ShowPlace painter={painter} image={image.id} id={reason.comment} />}
        </div>
      )}
      <div className={css.stateLine}>
        <StateBadge state={state} holder={holder?.name} isIdle={is_idle} />
        <span>{standingText(workflow, user)}</span>
      </div>
      {moves.length > 0 && (
        <div className={css.moves}>
          {moves.map((action) => (
            <button
              key={action}
              type="button"
              className={css.small}
              disabled={isBusy}
              onClick={() => void move(action)}
            >
              {t(`workflow:move.${moveKey(action, workflow, user)}`)}
            </button>
          ))}
        </div>
      )}
      {changes.length > 0 && (
        <details className={css.story}>
          <summary>{t('workflow:story')}</summary>
          <ol>
            {changes.toReversed().map(({ id, user: who, action, created_at, text }) => (
              <li key={id}>
                {t('workflow:story_line', {
                  name: who ?? t('workflow:somebody'),
                  what: t(`workflow:did.${action}`),
                  when: ago(created_at),
                })}
                {text && <q className={css.said}>{text}</q>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  )
}

/** The way to the pin of a comment, if it has one. */
function ShowPlace({ painter, image, id }: { painter: PanelProps['painter']; image: number; id: number }) {
  const comment = useComments(image).data?.find((one) => one.id === id)
  if (!comment?.at) return null
  return (
    <button type="button" className={css.small} onClick={() => goTo(painter, comment)}>
      <IconMapPin size={14} aria-hidden />
      {t('workflow:show_place')}
    </button>
  )
}

function goTo(painter: PanelProps['painter'], comment: Comment): void {
  const { talk, easel } = painter.desk
  talk.read(comment.id)
  if (comment.at) easel.goTo({ x: comment.at[0]!, y: comment.at[1]! })
}

function CommentsSection(props: PanelProps) {
  const { painter, image, project, user } = props
  const { talk } = painter.desk
  const { draft, open } = useStore(talk)
  const { data: threads, error } = useComments(image.id)
  const { data: workflow } = useWorkflow(image.id)
  const [showsResolved, setShowsResolved] = useState(false)
  const resolved = threads?.filter(({ resolved_at }) => resolved_at).length ?? 0
  const shown = threads
    ?.map((comment, at) => ({ comment, number: at + 1 }))
    .filter(({ comment }) => showsResolved || !comment.resolved_at || comment.id === open)
  return (
    <section aria-label={t('workflow:heading.comments')}>
      <div className={css.headingLine}>
        <h2 className={room.heading}>{t('workflow:heading.comments')}</h2>
        {!draft && (
          <button type="button" className={css.small} onClick={() => talk.write()}>
            <IconMessagePlus size={15} aria-hidden />
            {t('workflow:comment.new')}
          </button>
        )}
      </div>
      {draft && (
        <Composer
          painter={painter}
          image={image}
          draft={draft}
          mayReturn={workflow?.moves.includes('return') ?? false}
        />
      )}
      <ProblemAlert error={threads ? null : error} />
      {threads?.length === 0 && !draft && <p className={room.hint}>{t('workflow:comment.none')}</p>}
      <ol className={css.threads}>
        {shown?.map(({ comment, number }) => (
          <Thread
            key={comment.id}
            image={image.id}
            comment={comment}
            number={number}
            me={user}
            role={project.role}
            isOpen={comment.id === open}
            onGo={() => goTo(painter, comment)}
          />
        ))}
      </ol>
      {resolved > 0 && (
        <button type="button" className={room.text} onClick={() => setShowsResolved(!showsResolved)}>
          {showsResolved
            ? t('workflow:comment.hide_resolved')
            : t('workflow:comment.show_resolved', { count: resolved })}
        </button>
      )}
    </section>
  )
}

function GuideSection({ painter, image, project }: PanelProps) {
  const { data: guide } = useGuide(project.id)
  const [region, setRegion] = useState<Region | null>(null)
  const addView = () => {
    const { left, top, scale, width, height } = painter.easel.view
    const at = (x: number, y: number) => ({ x: (x - left) / scale, y: (y - top) / scale })
    setRegion(between(at(0, 0), at(width, height), image))
  }
  return (
    <section aria-label={t('workflow:heading.guide')}>
      <h2 className={room.heading}>{t('workflow:heading.guide')}</h2>
      {guide && !hasGuide(guide) && <p className={room.hint}>{t('workflow:guide.none_short')}</p>}
      {hasGuide(guide) && <GuideView guide={guide} headingFrom={3} />}
      {isOwner(project) && (
        <div className={css.moves}>
          <button type="button" className={css.small} onClick={addView}>
            {t('workflow:guide.add_view')}
          </button>
          <Link className={css.small} to={`/projects/${project.id}?tab=guide`}>
            {t('workflow:guide.on_page')}
          </Link>
        </div>
      )}
      <Modal
        opened={region !== null}
        onClose={() => setRegion(null)}
        size="lg"
        title={t('workflow:guide.add_view')}
      >
        {region && (
          <RegionForm
            project={project}
            image={image}
            start={region}
            onClose={() => {
              setRegion(null)
              painter.desk.host.focus({ preventScroll: true })
            }}
          />
        )}
      </Modal>
    </section>
  )
}
