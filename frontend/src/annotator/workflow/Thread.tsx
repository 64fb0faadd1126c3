/** A comment with its answers, and what one may do with them. */

import { notifications } from '@mantine/notifications'
import { IconCheck } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { sentenceOf } from '../../shared/api'
import { ago, decimal } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Answer, Comment, Role } from '../../shared/types'
import { useTalk } from './records'
import css from './workflow.module.css'

export function Thread(props: {
  image: number
  comment: Comment
  number: number
  me: number
  role: Role
  isOpen: boolean
  onGo: () => void
}) {
  const { image, comment, number, me, role, isOpen, onGo } = props
  const { answer, settle } = useTalk(image)
  const [isAnswering, setAnswering] = useState(false)
  const root = useRef<HTMLLIElement>(null)
  const { at, resolved_at, resolved_by } = comment
  const maySettle = role !== 'viewer' || comment.user?.id === me

  useEffect(() => {
    if (isOpen) root.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen])

  return (
    <li
      ref={root}
      className={css.thread}
      data-open={isOpen || undefined}
      data-resolved={resolved_at ? true : undefined}
      aria-label={t('workflow:comment.number', { number })}
    >
      <button
        type="button"
        className={css.number}
        aria-label={
          at
            ? t('workflow:comment.go', { number, x: decimal(at[0]!, 0), y: decimal(at[1]!, 0) })
            : t('workflow:comment.number', { number })
        }
        aria-pressed={isOpen}
        data-pinned={at ? true : undefined}
        onClick={onGo}
      >
        {number}
      </button>
      <div className={css.threadText}>
        <Said image={image} said={comment} me={me} role={role} isDeleted={comment.is_deleted}>
          {!comment.is_deleted && !isAnswering && (
            <button type="button" className={css.link} onClick={() => setAnswering(true)}>
              {t('workflow:comment.answer')}
            </button>
          )}
          {maySettle && (
            <button
              type="button"
              className={css.link}
              onClick={() => void settle(comment.id, !resolved_at).catch(tell)}
            >
              {resolved_at ? t('workflow:comment.reopen') : t('workflow:comment.resolve')}
            </button>
          )}
        </Said>
        {resolved_at && (
          <p className={css.resolved}>
            <IconCheck size={14} aria-hidden />
            {t('workflow:comment.resolved', { name: resolved_by ?? t('workflow:somebody') })}
          </p>
        )}
        {comment.answers.map((one) => (
          <div key={one.id} className={css.answer}>
            <Said image={image} said={one} me={me} role={role} />
          </div>
        ))}
        {isAnswering && (
          <Words
            label={t('workflow:comment.answer_placeholder', {
              name: comment.user?.name ?? t('workflow:somebody'),
            })}
            submit={t('workflow:comment.answer')}
            onClose={() => setAnswering(false)}
            onSave={(text) => answer(comment.id, text)}
          />
        )}
      </div>
    </li>
  )
}

const tell = (problem: unknown) => void notifications.show({ message: sentenceOf(problem), color: 'red' })

/** Who said what when; one's own words can be changed and taken back. */
function Said(props: {
  image: number
  said: Answer
  me: number
  role: Role
  isDeleted?: boolean
  /** What else one may do. */
  children?: ReactNode
}) {
  const { image, said, me, role, isDeleted, children } = props
  const { reword, remove } = useTalk(image)
  const [isEditing, setEditing] = useState(false)
  const isMine = said.user?.id === me
  if (isDeleted) {
    return (
      <>
        <p className={css.meta}>{t('workflow:comment.deleted')}</p>
        <div className={css.threadTools}>{children}</div>
      </>
    )
  }
  if (isEditing) {
    return (
      <Words
        start={said.text}
        label={t('workflow:comment.edit')}
        submit={t('workflow:comment.save')}
        onClose={() => setEditing(false)}
        onSave={(text) => reword(said.id, text)}
      />
    )
  }
  return (
    <>
      <p className={css.meta}>
        <strong>{said.user?.name ?? t('workflow:somebody')}</strong> {ago(said.created_at)}
        {said.edited_at && ` · ${t('workflow:comment.edited')}`}
      </p>
      <p className={css.said}>{said.text}</p>
      <div className={css.threadTools}>
        {children}
        {isMine && (
          <button type="button" className={css.link} onClick={() => setEditing(true)}>
            {t('workflow:comment.edit')}
          </button>
        )}
        {(isMine || role === 'owner') && (
          <button type="button" className={css.link} onClick={() => void remove(said.id).catch(tell)}>
            {t('workflow:comment.delete')}
          </button>
        )}
      </div>
    </>
  )
}

function Words(props: {
  start?: string
  label: string
  submit: string
  onSave: (text: string) => Promise<unknown>
  onClose: () => void
}) {
  const { start = '', label, submit, onSave, onClose } = props
  const [text, setText] = useState(start)
  const [isBusy, setBusy] = useState(false)
  const save = async () => {
    if (!text.trim()) return
    setBusy(true)
    try {
      await onSave(text.trim())
      onClose()
    } catch (problem) {
      tell(problem)
      setBusy(false)
    }
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void save()
    }
  }
  return (
    <div className={css.composer} onKeyDown={keys}>
      <textarea
        rows={3}
        maxLength={4000}
        autoFocus
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={css.moves} title={t('workflow:comment.keys')}>
        <button
          type="button"
          className={css.main}
          disabled={isBusy || !text.trim()}
          onClick={() => void save()}
        >
          {submit}
        </button>
        <button type="button" className={css.small} onClick={onClose}>
          {t('workflow:comment.cancel')}
        </button>
      </div>
    </div>
  )
}
