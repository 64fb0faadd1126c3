/** An import as the server reports it, before anything is written. */

export type ImportFormat = 'auto' | 'supervisely' | 'png' | 'photos'
export type Finding = { level: 'error' | 'warning' | 'info'; at: string; text: string }

export type Report = {
  format: string
  images: number
  new_photos: number
  known_photos: number
  skipped: number
  refused: number
  objects: Record<string, number>
  classes: { name: string; colour: string; is_new: boolean }[]
  covered_px: number
  covered_objects: number
  bytes: number
  findings: Finding[]
  can_commit: boolean
  preview: { dataset: string; name: string; width: number; height: number; objects: number }[]
}

export type Import = {
  id: number
  state: 'scanning' | 'ready' | 'importing' | 'done' | 'failed'
  format: ImportFormat
  report: Report | null
  project: number | null
  project_name: string
  scan: number | null
  job: number | null
  created_at: string
}

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
