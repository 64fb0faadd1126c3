/** An import as the server reports it, before anything is written. */

import { t } from '../../shared/texts'
import type { Finding, ImportFormat } from '../../shared/types'

export const FORMATS = ['auto', 'supervisely', 'png', 'photos'] as const satisfies ImportFormat[]

export function formatName(format: string): string {
  const known = FORMATS.find((one) => one === format)
  return known ? t(`imports:format.${known}`) : format
}

export type FindingGroup = { level: Finding['level']; title: string; findings: Finding[] }

/** Findings by how bad they are, the worst first; empty groups are left out. */
export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups: FindingGroup[] = [
    { level: 'error', title: t('imports:findings.error'), findings: [] },
    { level: 'warning', title: t('imports:findings.warning'), findings: [] },
    { level: 'info', title: t('imports:findings.info'), findings: [] },
  ]
  for (const finding of findings) groups.find(({ level }) => level === finding.level)?.findings.push(finding)
  return groups.filter((group) => group.findings.length > 0)
}
