import { ClassList } from '../ClassList'
import { Display } from '../Display'
import { useStore } from '../store'
import { entryOf } from '../tools'
import type { PanelProps } from './index'
import { OverOptions } from './ToolOptions'

/** What one paints with, and how it is shown. */
export function PaintPanel({ painter, project, mayPaint }: PanelProps) {
  const { tool } = useStore(painter.choice)
  const { Options, paints } = entryOf(tool)
  return (
    <>
      <ClassList painter={painter} project={project.id} classes={project.classes} mayPaint={mayPaint} />
      {Options && <Options painter={painter} />}
      {paints && mayPaint && tool !== 'pick' && <OverOptions painter={painter} classes={project.classes} />}
      <Display painter={painter} />
    </>
  )
}
