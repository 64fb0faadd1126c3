/** Sentences about the state of a photo. */

import { ago } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Workflow } from '../../shared/types'
import { standing } from './states'

export function standingText(workflow: Workflow, me: number): string {
  const { holder, submitted_by, held_since, changes } = workflow
  const somebody = t('workflow:somebody')
  const name = (workflow.state === 'submitted' ? submitted_by?.name : holder?.name) ?? somebody
  const when = held_since ? ago(changes.at(-1)?.created_at ?? held_since) : ''
  return t(`workflow:standing.${standing(workflow, me)}`, { name, when })
}
