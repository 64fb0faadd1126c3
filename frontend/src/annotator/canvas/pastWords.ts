/** Edits in words. */

import i18next from 'i18next'

import { t } from '../../shared/texts'
import type { PastEdit } from './pastServer'

/** What was done: the tool by the name people know; of a script's own tool its name as it came. */
export function toolName(tool: string): string {
  const key = `history:tool.${tool}`
  return i18next.exists(key) ? (i18next.t as (key: string) => string)(key) : tool
}

/** Who did it: a person, or the studio itself. */
export function authorOf({ user, tool }: { user: string | null; tool: string }): string {
  return user ?? t(tool === 'trash' ? 'history:nobody' : 'history:somebody_gone')
}

/** What else there is to say of an edit; '' where its tool says all. */
export function moreOf({ details, source }: Pick<PastEdit, 'details' | 'source'>): string {
  const words: string[] = []
  if (source) words.push(t('history:with_model', { model: source.model }))
  if (typeof details.restores === 'number') {
    const { restores: seq } = details
    words.push(seq > 0 ? t('history:detail.restores', { seq }) : t('history:detail.restores_first'))
    if (details.box) words.push(t('history:detail.part'))
    if (typeof details.of === 'string') words.push(t('history:detail.of', { name: details.of }))
  }
  if (typeof details.class === 'string') words.push(t('history:detail.class', { name: details.class }))
  if (typeof details.disputed === 'number') words.push(t('together:disputed', { count: details.disputed }))
  return words.join(', ')
}
