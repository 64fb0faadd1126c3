/** An import as the server reports it, before anything is written. */

import type { Finding, ImportFormat } from '../../shared/types'

export const FORMATS: { value: ImportFormat; label: string }[] = [
  { value: 'auto', label: 'Recognise it' },
  { value: 'supervisely', label: 'Supervisely project (meta.json)' },
  { value: 'png', label: 'Photos and PNG masks' },
  { value: 'photos', label: 'Photos only' },
]

export const formatName = (format: string) => FORMATS.find(({ value }) => value === format)?.label ?? format

export type FindingGroup = { level: Finding['level']; title: string; findings: Finding[] }

/** Findings by how bad they are, the worst first; empty groups are left out. */
export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups: FindingGroup[] = [
    { level: 'error', title: 'Refused', findings: [] },
    { level: 'warning', title: 'To know before importing', findings: [] },
    { level: 'info', title: 'Notes', findings: [] },
  ]
  for (const finding of findings) groups.find(({ level }) => level === finding.level)?.findings.push(finding)
  return groups.filter((group) => group.findings.length > 0)
}
