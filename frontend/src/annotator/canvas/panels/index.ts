/** The tabs of the panel on the right: one line each. */

import { IconBrush, IconHistory, IconMessages, IconVectorTriangle } from '@tabler/icons-react'
import type { FC } from 'react'

import type { PanelId } from '../choice'
import type { Painter } from '../painter'
import type { Image, Project } from '../useAnnotation'
import { ObjectsPanel } from './ObjectsPanel'
import { TalkPanel } from '../../workflow/TalkPanel'
import { HistoryPanel } from './HistoryPanel'
import { PaintPanel } from './PaintPanel'

export type PanelProps = {
  painter: Painter
  image: Image
  project: Project
  mayPaint: boolean
  /** Id of the person at the easel. */
  user: number
}

export type PanelEntry = { id: PanelId; icon: typeof IconBrush; Panel: FC<PanelProps> }

export const PANELS: readonly PanelEntry[] = [
  { id: 'paint', icon: IconBrush, Panel: PaintPanel },
  { id: 'objects', icon: IconVectorTriangle, Panel: ObjectsPanel },
  { id: 'history', icon: IconHistory, Panel: HistoryPanel },
  { id: 'talk', icon: IconMessages, Panel: TalkPanel },
]
