import { IconArrowsCross } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '../../shared/session'
import type { Dispute } from '../painting/disputes'
import { FIELDS } from '../painting/patch'
import type { Disagreements } from './disagreements'
import type { LabelClass } from './look'
import { useStore } from './store'
import css from './together.module.css'
import { WaitingList } from './WaitingList'

/** How many pixels are disputed; opens the list to look at them and decide. Nothing while none are. */
export function DisputeList(props: {
  disagreements: Disagreements
  classes: LabelClass[]
  mayPaint: boolean
}) {
  const { disagreements, classes, mayPaint } = props
  const { open } = useStore(disagreements.store)
  const { t } = useTranslation('together')
  if (open.length === 0) return null
  const pixels = open.reduce((sum, one) => sum + one.pixels, 0)
  return (
    <WaitingList
      label={t('disputed', { count: pixels })}
      icon={IconArrowsCross}
      className={css.disputed}
      title={t('disputes')}
      explained={t('explained')}
    >
      {[...open].reverse().map((dispute) => (
        <DisputeRow
          key={dispute.uuid}
          dispute={dispute}
          classes={classes}
          onShow={() => disagreements.goTo(dispute.uuid)}
          onKeep={() => disagreements.keepMine(dispute.uuid)}
          onTake={mayPaint ? () => disagreements.takeTheirs(dispute.uuid) : undefined}
        />
      ))}
    </WaitingList>
  )
}

function DisputeRow(props: {
  dispute: Dispute
  classes: LabelClass[]
  onShow: () => void
  onKeep: () => void
  onTake?: () => void
}) {
  const { dispute, classes, onShow, onKeep, onTake } = props
  const { t } = useTranslation('together')
  const me = useSession().data?.user?.name
  const [mine, theirs] = sidesOf(dispute)
  const [first, ...others] = dispute.by.map((name) => (name === me ? t('other_tab') : name))
  const whose = first === undefined ? t('theirs') : others.length > 0 ? t('several', { first }) : first
  return (
    <li className={css.dispute}>
      <div className={css.sides}>
        <dl>
          <dt>{t('mine')}</dt>
          <dd>
            <Classes values={mine} classes={classes} />
          </dd>
          <dt>{whose}</dt>
          <dd>
            <Classes values={theirs} classes={classes} />
          </dd>
        </dl>
        <span className={css.count}>{t('pixels', { count: dispute.pixels })}</span>
      </div>
      <div className={css.choices}>
        <button type="button" onClick={onShow}>
          {t('show')}
        </button>
        <button type="button" onClick={onKeep}>
          {t('keep_mine')}
        </button>
        {onTake && (
          <button type="button" onClick={onTake}>
            {t('take_theirs')}
          </button>
        )}
      </div>
    </li>
  )
}

function Classes(props: { values: number[]; classes: LabelClass[] }) {
  const { t } = useTranslation('together')
  return props.values.map((value) => {
    const found = props.classes.find(({ index, deleted_at }) => index === value && !deleted_at)
    return (
      <span
        key={value}
        className={css.side}
        data-background={value === 0 || undefined}
        style={{ '--colour': found?.colour } as CSSProperties}
      >
        <i aria-hidden />
        {value === 0 ? t('background') : (found?.name ?? t('no_class'))}
      </span>
    )
  })
}

/** The classes of my pixels and of theirs. */
function sidesOf({ patch }: Dispute): [number[], number[]] {
  const mine = new Set<number>()
  const theirs = new Set<number>()
  for (const runs of patch.tiles.values()) {
    for (let i = 0; i < runs.length; i += FIELDS) {
      mine.add(runs[i + 2]!)
      theirs.add(runs[i + 3]!)
    }
  }
  const inOrder = (values: Set<number>) => [...values].sort((a, b) => a - b)
  return [inOrder(mine), inOrder(theirs)]
}
