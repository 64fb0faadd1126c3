/** Scores as tables show them. */

import { decimal } from '../../shared/format'

export const score = (value: number | null | undefined): string =>
  typeof value === 'number' && Number.isFinite(value) ? decimal(value, 4) : '–'
