/** The tools: one line each. The toolbar, the keys and the panel of options follow this list. */

import { IconBrush, IconBucketDroplet, IconEraser, IconHandStop, IconPolygon } from '@tabler/icons-react'
import type { FC } from 'react'

import type { Tool } from '../choice'
import type { Desk } from '../desk'
import type { Painter } from '../painter'
import { BrushOptions } from '../panels/BrushOptions'
import { BrushHand } from './brush'
import { BucketHand } from './bucket'
import type { Hand } from './hand'
import { MoveHand } from './move'
import { PolygonHand } from './polygon'

export type ToolEntry = {
  tool: Tool
  label: string
  icon: typeof IconBrush
  /** Needs the right to paint. */
  paints: boolean
  make: (desk: Desk) => Hand
  /** What can be set about it, shown in the panel while it is chosen. */
  Options?: FC<{ painter: Painter }>
}

export const TOOL_LIST: readonly ToolEntry[] = [
  {
    tool: 'brush',
    label: 'Brush',
    icon: IconBrush,
    paints: true,
    make: (desk) => new BrushHand(desk, false),
    Options: BrushOptions,
  },
  {
    tool: 'eraser',
    label: 'Eraser',
    icon: IconEraser,
    paints: true,
    make: (desk) => new BrushHand(desk, true),
    Options: BrushOptions,
  },
  {
    tool: 'polygon',
    label: 'Polygon',
    icon: IconPolygon,
    paints: true,
    make: (desk) => new PolygonHand(desk),
  },
  {
    tool: 'bucket',
    label: 'Bucket',
    icon: IconBucketDroplet,
    paints: true,
    make: (desk) => new BucketHand(desk),
  },
  { tool: 'move', label: 'Move', icon: IconHandStop, paints: false, make: () => new MoveHand() },
]

export const entryOf = (tool: Tool): ToolEntry => TOOL_LIST.find((entry) => entry.tool === tool)!
