/** A guide to read: its words, then its pictures, each marked right or wrong. */

import { Modal } from '@mantine/core'
import { IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'

import { t } from '../../shared/texts'
import type { Example, Guide, Verdict } from '../../shared/types'
import { Markup } from './Markup'
import css from './workflow.module.css'

export function GuideView(props: {
  guide: Guide
  headingFrom: 2 | 3 | 4
  /** What can be done with each example. */
  tools?: (example: Example, place: number) => ReactNode
}) {
  const { guide, headingFrom, tools } = props
  const [shown, setShown] = useState<Example | null>(null)
  const Heading = `h${headingFrom}` as const
  return (
    <div className={css.guide}>
      {guide.text.trim() && <Markup text={guide.text} headingFrom={headingFrom} />}
      {guide.examples.length > 0 && (
        <section>
          <Heading className={css.examplesHeading}>{t('workflow:guide.examples')}</Heading>
          <ul className={css.examples}>
            {guide.examples.map((example, place) => (
              <li key={example.id} className={css.example} data-verdict={example.verdict}>
                <button
                  type="button"
                  className={css.examplePicture}
                  aria-label={t('workflow:guide.enlarge', { caption: nameOf(example) })}
                  onClick={() => setShown(example)}
                >
                  <img
                    src={example.picture}
                    width={example.width}
                    height={example.height}
                    alt={example.caption}
                    loading="lazy"
                  />
                </button>
                <div className={css.exampleText}>
                  <VerdictSign verdict={example.verdict} />
                  <span>{example.caption}</span>
                  {tools && <span className={css.exampleTools}>{tools(example, place)}</span>}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        size="auto"
        centered
        title={shown && <VerdictSign verdict={shown.verdict} />}
      >
        {shown && (
          <>
            <img
              src={shown.picture}
              alt={shown.caption}
              style={{
                display: 'block',
                maxWidth: '100%',
                maxHeight: '70vh',
                minWidth: 280,
                margin: '0 auto',
              }}
            />
            <p style={{ margin: '12px 0 0' }}>{shown.caption}</p>
            {shown.image !== null && shown.image_name && (
              <p style={{ margin: '4px 0 0' }}>
                <Link to={`/images/${shown.image}`} onClick={() => setShown(null)}>
                  {t('workflow:guide.from', { name: shown.image_name })}
                </Link>
              </p>
            )}
          </>
        )}
      </Modal>
    </div>
  )
}

export const nameOf = (example: Example) =>
  example.caption || `${t(`workflow:guide.${example.verdict}`)}, ${t('workflow:guide.unnamed')}`

export function VerdictSign({ verdict }: { verdict: Verdict }) {
  const Icon = verdict === 'good' ? IconCircleCheckFilled : IconCircleXFilled
  return (
    <span className={css.verdict} data-verdict={verdict}>
      <Icon size={16} aria-hidden />
      {t(`workflow:guide.${verdict}`)}
    </span>
  )
}
