/** The tools: one line each. The toolbar, the keys and the panel of options follow this list. */

import {
  IconBrush,
  IconBucketDroplet,
  IconColorPicker,
  IconEraser,
  IconPointer,
  IconPolygon,
  IconRuler2,
} from '@tabler/icons-react'
import type { FC } from 'react'

import { t } from '../../../shared/texts'
import type { Choice, Tool } from '../choice'
import type { Desk } from '../desk'
import type { Painter } from '../painter'
import { BrushOptions } from '../panels/BrushOptions'
import type { Status } from '../status'
import { BrushHand } from './brush'
import { BucketHand } from './bucket'
import type { Hand } from './hand'
import { PickHand } from './pick'
import { PolygonHand } from './polygon'
import { RulerHand } from './ruler'
import { SelectHand } from './select'

/** What a hint may depend on. */
export type Hinted = Pick<Status, 'isErasing' | 'isShiftHeld' | 'isCtrlHeld'> & Pick<Choice, 'size'>

export type ToolEntry = {
  /** Its name and its key are those of the action of this name. */
  tool: Tool
  icon: typeof IconBrush
  /** Needs the right to paint. */
  paints: boolean
  make: (desk: Desk) => Hand
  /** What it would do now, with the modifiers as they are held: the line below the photo. */
  hint: (now: Hinted) => string
  /** What can be set about it, shown in the panel while it is chosen. */
  Options?: FC<{ painter: Painter }>
}

export const TOOL_LIST: readonly ToolEntry[] = [
  {
    tool: 'brush',
    icon: IconBrush,
    paints: true,
    make: (desk) => new BrushHand(desk, false),
    hint: ({ isErasing, size }) => t(isErasing ? 'tools:hint.eraser' : 'tools:hint.brush', { size }),
    Options: BrushOptions,
  },
  {
    tool: 'eraser',
    icon: IconEraser,
    paints: true,
    make: (desk) => new BrushHand(desk, true),
    hint: ({ size }) => t('tools:hint.eraser', { size }),
    Options: BrushOptions,
  },
  {
    tool: 'polygon',
    icon: IconPolygon,
    paints: true,
    make: (desk) => new PolygonHand(desk),
    hint: ({ isErasing }) => t(isErasing ? 'tools:hint.polygon_erases' : 'tools:hint.polygon'),
  },
  {
    tool: 'bucket',
    icon: IconBucketDroplet,
    paints: true,
    make: (desk) => new BucketHand(desk),
    hint: ({ isErasing }) => t(isErasing ? 'tools:hint.bucket_erases' : 'tools:hint.bucket'),
  },
  {
    tool: 'pick',
    icon: IconColorPicker,
    paints: true,
    make: (desk) => new PickHand(desk),
    hint: () => t('view:hint.pick'),
  },
  {
    tool: 'ruler',
    icon: IconRuler2,
    paints: false,
    make: (desk) => new RulerHand(desk),
    hint: ({ isShiftHeld }) => t(isShiftHeld ? 'view:hint.ruler_straight' : 'view:hint.ruler'),
  },
  {
    tool: 'move',
    icon: IconPointer,
    paints: false,
    make: (desk) => new SelectHand(desk),
    hint: ({ isShiftHeld, isCtrlHeld }) => t(isShiftHeld || isCtrlHeld ? 'objects:hint_adds' : 'objects:hint'),
  },
]

export const entryOf = (tool: Tool): ToolEntry => TOOL_LIST.find((entry) => entry.tool === tool)!
