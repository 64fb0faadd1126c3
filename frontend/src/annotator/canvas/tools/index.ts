/** The tools: one line each. The toolbar, the keys and the panel of options follow this list. */

import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconBrush,
  IconBucketDroplet,
  IconCircleDotted,
  IconColorPicker,
  IconEraser,
  IconGrain,
  IconLasso,
  IconMapPin,
  IconOvalVertical,
  IconPointer,
  IconPolygon,
  IconRectangle,
  IconRuler2,
  IconScissors,
  IconSparkles,
  IconWaveSine,
} from '@tabler/icons-react'
import type { FC } from 'react'

import type { Choice, Tool } from '../choice'
import type { Desk } from '../desk'
import { hint } from '../keymap'
import type { Painter } from '../painter'
import { AssistOptions } from '../panels/AssistOptions'
import { BrushOptions } from '../panels/BrushOptions'
import { BucketOptions, GrowOptions, SmoothOptions, SpeckOptions } from '../panels/ToolOptions'
import type { Status } from '../status'
import { CommentHand } from '../../workflow/CommentHand'
import { AssistHand } from './assist'
import { BoxHand } from './box'
import { BrushHand } from './brush'
import { BucketHand } from './bucket'
import type { Hand } from './hand'
import { LassoHand } from './lasso'
import { MendHand } from './mend'
import { PickHand } from './pick'
import { PolygonHand } from './polygon'
import { RulerHand } from './ruler'
import { ScissorsHand } from './scissors'
import { SelectHand } from './select'

/** What a hint may depend on. */
export type Hinted = Pick<Status, 'isErasing' | 'isShiftHeld' | 'isCtrlHeld'> &
  Pick<Choice, 'size' | 'reach' | 'smoothing' | 'speck'>

export type ToolEntry = {
  /** Its name and its key are those of the action of this name. */
  tool: Tool
  icon: typeof IconBrush
  /** What it is for: the toolbar keeps those of a kind together. */
  kind: 'draw' | 'mend' | 'look'
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
    kind: 'draw',
    icon: IconBrush,
    paints: true,
    make: (desk) => new BrushHand(desk, false),
    hint: (now) => brushHint(now, now.isErasing),
    Options: BrushOptions,
  },
  {
    tool: 'eraser',
    kind: 'draw',
    icon: IconEraser,
    paints: true,
    make: (desk) => new BrushHand(desk, true),
    hint: (now) => brushHint(now, true),
    Options: BrushOptions,
  },
  {
    tool: 'polygon',
    kind: 'draw',
    icon: IconPolygon,
    paints: true,
    make: (desk) => new PolygonHand(desk),
    hint: ({ isErasing }) => hint(isErasing ? 'tools:hint.polygon_erases' : 'tools:hint.polygon'),
  },
  {
    tool: 'lasso',
    kind: 'draw',
    icon: IconLasso,
    paints: true,
    make: (desk) => new LassoHand(desk),
    hint: ({ isErasing }) => hint(isErasing ? 'tools:hint.lasso_erases' : 'tools:hint.lasso'),
  },
  {
    tool: 'rectangle',
    kind: 'draw',
    icon: IconRectangle,
    paints: true,
    make: (desk) => new BoxHand(desk, 'rectangle'),
    hint: (now) => boxHint(now, 'square'),
  },
  {
    tool: 'ellipse',
    kind: 'draw',
    icon: IconOvalVertical,
    paints: true,
    make: (desk) => new BoxHand(desk, 'ellipse'),
    hint: (now) => boxHint(now, 'circle'),
  },
  {
    tool: 'scissors',
    kind: 'draw',
    icon: IconScissors,
    paints: true,
    make: (desk) => new ScissorsHand(desk),
    hint: ({ isErasing, isShiftHeld }) =>
      hint(
        isShiftHeld
          ? 'smart:hint.straight'
          : isErasing
            ? 'smart:hint.scissors_erases'
            : 'smart:hint.scissors',
      ),
  },
  {
    tool: 'assist',
    kind: 'draw',
    icon: IconSparkles,
    paints: true,
    make: (desk) => new AssistHand(desk),
    hint: ({ isErasing, isShiftHeld, isCtrlHeld }) =>
      isCtrlHeld
        ? hint('smart:hint.new_box')
        : hint(isErasing ? 'smart:hint.minus' : isShiftHeld ? 'smart:hint.plus' : 'smart:hint.assist'),
    Options: AssistOptions,
  },
  {
    tool: 'bucket',
    kind: 'mend',
    icon: IconBucketDroplet,
    paints: true,
    make: (desk) => new BucketHand(desk),
    hint: ({ isErasing }) => hint(isErasing ? 'tools:hint.bucket_erases' : 'tools:hint.bucket'),
    Options: BucketOptions,
  },
  {
    tool: 'holes',
    kind: 'mend',
    icon: IconCircleDotted,
    paints: true,
    make: (desk) => new MendHand(desk, 'holes'),
    hint: ({ isShiftHeld }) => hint(isShiftHeld ? 'tools:hint.holes_all' : 'tools:hint.holes'),
  },
  {
    tool: 'grow',
    kind: 'mend',
    icon: IconArrowsMaximize,
    paints: true,
    make: (desk) => new MendHand(desk, 'grow'),
    hint: (now) => reachHint(now, false),
    Options: GrowOptions,
  },
  {
    tool: 'shrink',
    kind: 'mend',
    icon: IconArrowsMinimize,
    paints: true,
    make: (desk) => new MendHand(desk, 'shrink'),
    hint: (now) => reachHint(now, true),
    Options: GrowOptions,
  },
  {
    tool: 'smooth',
    kind: 'mend',
    icon: IconWaveSine,
    paints: true,
    make: (desk) => new MendHand(desk, 'smooth'),
    hint: ({ isShiftHeld, smoothing }) =>
      hint(isShiftHeld ? 'tools:hint.smooth_all' : 'tools:hint.smooth', { px: smoothing }),
    Options: SmoothOptions,
  },
  {
    tool: 'specks',
    kind: 'mend',
    icon: IconGrain,
    paints: true,
    make: (desk) => new MendHand(desk, 'specks'),
    hint: ({ isShiftHeld, speck }) =>
      hint(isShiftHeld ? 'tools:hint.specks_all' : 'tools:hint.specks', { px: speck }),
    Options: SpeckOptions,
  },
  {
    tool: 'pick',
    kind: 'look',
    icon: IconColorPicker,
    paints: true,
    make: (desk) => new PickHand(desk),
    hint: () => hint('view:hint.pick'),
  },
  {
    tool: 'ruler',
    kind: 'look',
    icon: IconRuler2,
    paints: false,
    make: (desk) => new RulerHand(desk),
    hint: ({ isShiftHeld }) => hint(isShiftHeld ? 'view:hint.ruler_straight' : 'view:hint.ruler'),
  },
  {
    tool: 'comment',
    kind: 'look',
    icon: IconMapPin,
    paints: false,
    make: (desk) => new CommentHand(desk),
    hint: () => hint('workflow:comment.hint'),
  },
  {
    tool: 'move',
    kind: 'look',
    icon: IconPointer,
    paints: false,
    make: (desk) => new SelectHand(desk),
    hint: ({ isShiftHeld, isCtrlHeld }) =>
      hint(isShiftHeld || isCtrlHeld ? 'objects:hint_adds' : 'objects:hint'),
  },
]

export const entryOf = (tool: Tool): ToolEntry => TOOL_LIST.find((entry) => entry.tool === tool)!

function brushHint({ size, isShiftHeld }: Hinted, isErasing: boolean): string {
  if (isShiftHeld) return hint(isErasing ? 'tools:hint.line_erases' : 'tools:hint.line')
  return hint(isErasing ? 'tools:hint.eraser' : 'tools:hint.brush', { size })
}

function boxHint({ isErasing, isShiftHeld, isCtrlHeld }: Hinted, even: 'square' | 'circle'): string {
  const how = [
    isShiftHeld && hint(`tools:hint.box_${even}`),
    isCtrlHeld && hint('tools:hint.box_centred'),
    isErasing && hint('tools:hint.box_erases'),
  ].filter((part) => part !== false)
  return how.length > 0
    ? [hint('tools:hint.box_now'), ...how].join(' · ')
    : hint(`tools:hint.box_from_${even}`)
}

function reachHint({ isErasing, isShiftHeld, reach }: Hinted, isShrink: boolean): string {
  const way = isErasing !== isShrink ? 'shrink' : 'grow'
  return hint(isShiftHeld ? `tools:hint.${way}_all` : `tools:hint.${way}`, { px: reach })
}
