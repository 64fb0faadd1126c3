import { Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { Fragment, memo, type ReactNode } from 'react'

import { t } from '../../shared/texts'
import { inWords, useKeyTable } from './keymap'
import type { Painter } from './painter'
import type { Status } from './status'
import type { Direction } from './steps'
import { useStore } from './store'
import { TOOL_LIST } from './tools'
import css from './Workplace.module.css'

export const Toolbar = memo(function Toolbar(props: {
  painter: Painter
  mayPaint: boolean
  /** Why nobody may paint on this photo now. */
  locked: string
}) {
  const { painter, mayPaint } = props
  const reading = props.locked || t('canvas:reading')
  const table = useKeyTable()
  const tool = useStore(painter.choice, (choice) => choice.tool)
  const isErasing = useStore(painter.status, (status) => status.isErasing)
  const shown = isErasing && tool === 'brush' ? 'eraser' : tool
  return (
    <div className={css.tools} role="toolbar" aria-label={t('canvas:tools')} aria-orientation="vertical">
      {TOOL_LIST.map(({ tool: one, kind, paints, icon: Icon }, index) => (
        <Fragment key={one}>
          {index > 0 && TOOL_LIST[index - 1]!.kind !== kind && <div className={css.rule} />}
          <ToolButton
            label={t(`keys:does.${one}`)}
            keys={table.keyOf(one)}
            isOn={shown === one}
            reason={mayPaint || !paints ? '' : reading}
            onClick={() => painter.act(one)}
          >
            <Icon size={22} stroke={1.6} aria-hidden />
          </ToolButton>
        </Fragment>
      ))}
      <div className={css.rule} />
      <StepButton what="undo" painter={painter} reason={mayPaint ? '' : reading} />
      <StepButton what="redo" painter={painter} reason={mayPaint ? '' : reading} />
    </div>
  )
})

const STEPS = {
  undo: { label: 'shared:undo', icon: IconArrowBackUp, isPossible: ({ canUndo }: Status) => canUndo },
  redo: { label: 'canvas:redo', icon: IconArrowForwardUp, isPossible: ({ canRedo }: Status) => canRedo },
} as const

/** By itself: the end of a stroke draws one of the two anew, and not all tools. */
function StepButton({ what, painter, reason }: { what: Direction; painter: Painter; reason: string }) {
  const table = useKeyTable()
  const { label, icon: Icon, isPossible } = STEPS[what]
  const isDisabled = !useStore(painter.status, isPossible)
  return (
    <ToolButton
      label={t(label)}
      keys={table.keyOf(what)}
      isDisabled={isDisabled}
      reason={reason}
      onClick={() => painter[what]()}
    >
      <Icon size={22} stroke={1.6} aria-hidden />
    </ToolButton>
  )
}

function ToolButton(props: {
  label: string
  keys: string
  isOn?: boolean
  isDisabled?: boolean
  /** Why it cannot be used; shown instead of its key. */
  reason: string
  onClick: () => void
  children: ReactNode
}) {
  const { label, keys, isOn, isDisabled, reason, onClick, children } = props
  return (
    <Tooltip
      label={reason || (keys ? `${label} (${inWords(keys)})` : label)}
      position="right"
      openDelay={300}
      multiline
      maw={260}
    >
      <span>
        <button
          type="button"
          className={css.tool}
          aria-label={label}
          aria-pressed={isOn}
          aria-description={reason || undefined}
          disabled={isDisabled || reason !== ''}
          onClick={onClick}
        >
          {children}
        </button>
      </span>
    </Tooltip>
  )
}
