/** What is wrong with the query, what is worth knowing, or what it will make: always in the same place. */

import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { Trans } from 'react-i18next'

import { t } from '../../shared/texts'
import type { Checked, Complaint } from './records'
import classes from './dtl.module.css'

export function Problems(props: {
  checked: Checked | undefined
  complaints: readonly Complaint[]
  error: unknown
  onJump: (complaint: Complaint) => void
  onFix: (text: string) => void
}) {
  const { checked, complaints } = props
  const errors = complaints.filter((one) => one.level !== 'info')
  const infos = complaints.filter((one) => one.level === 'info')
  return (
    <section className={classes.problems} aria-label={t('dtl:problems.title')} aria-live="polite">
      {props.error ? (
        <Text size="sm" c="red.8">
          {t('dtl:problems.unchecked', {
            problem: props.error instanceof Error ? props.error.message : String(props.error),
          })}
        </Text>
      ) : !checked ? (
        <Text size="sm" c="dimmed">
          {t('dtl:problems.checking')}
        </Text>
      ) : errors.length > 0 ? (
        <Group gap={6} mb={4}>
          <IconCircleX size={17} color="var(--mantine-color-red-7)" />
          <Text size="sm" fw={600}>
            {t('dtl:problems.count', { count: errors.length })}
          </Text>
        </Group>
      ) : (
        <Ready checked={checked} />
      )}
      {checked?.notes.map((note) => (
        <div key={note.kind + note.layer} className={classes.note}>
          <IconAlertTriangle size={16} className={classes.warning} />
          <Text fz={13}>{note.text}</Text>
          {note.fix && (
            <Button size="compact-sm" variant="default" onClick={() => props.onFix(note.fix.text)}>
              {t('dtl:problems.repair')}
            </Button>
          )}
        </div>
      ))}
      {[...errors, ...infos].map((complaint, index) => (
        <UnstyledButton key={index} className={classes.problem} onClick={() => props.onJump(complaint)}>
          {complaint.level === 'info' ? (
            <IconInfoCircle size={15} className={classes.info} />
          ) : (
            <IconAlertTriangle size={15} className={classes.error} />
          )}
          <span>{sentence(complaint, checked)}</span>
        </UnstyledButton>
      ))}
    </section>
  )
}

function Ready({ checked }: { checked: Checked }) {
  const { result } = checked
  return (
    <Group gap={8}>
      <IconCircleCheck size={17} color="var(--mantine-color-green-7)" />
      <Text size="sm">
        <Trans
          ns="dtl"
          i18nKey={result?.classes.length ? 'problems.ready_with' : 'problems.ready'}
          values={{ project: result?.project ?? '' }}
          components={{ b: <b /> }}
        />
      </Text>
      {result?.classes.map((one) => (
        <Badge key={one.name} variant="dot" color={one.colour} tt="none">
          {one.name}
        </Badge>
      ))}
      {result && result.tags.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('dtl:problems.tagged', { tags: result.tags.join(', ') })}
        </Text>
      )}
    </Group>
  )
}

/** "Layer 3 (Crop), random_part.width: ..." */
function sentence(one: Complaint, checked: Checked | undefined): string {
  const title = one.action && checked?.graph.nodes.find((node) => node.layer === one.layer)?.title
  const layer = one.layer
    ? `${t('dtl:layer.number', { number: one.layer })}${title ? ` (${title})` : ''}`
    : ''
  const line = !one.layer && one.line ? t('dtl:problems.line', { line: one.line }) : ''
  const place = [layer || line, placeOf(one.path)].filter(Boolean).join(', ')
  return [place, one.message].filter(Boolean).join(': ')
}

/** "src.0" -> "input 1"; a setting by its name in the JSON beside it. */
function placeOf(path: string): string {
  const [key, ...rest] = path.split('.')
  const number = Number(rest[0]) + 1
  if (key === 'src') return number ? t('dtl:problems.input_n', { number }) : t('dtl:problems.input')
  if (key === 'dst') return number ? t('dtl:problems.output_n', { number }) : t('dtl:problems.output')
  return key === 'settings' ? rest.join('.') : path
}
