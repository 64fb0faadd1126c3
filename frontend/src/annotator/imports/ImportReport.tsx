/** What was found in the files, what will be imported, what is refused and why: read before anything is written. */

import { Alert, Badge, Group, Stack, Table, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react'

import { bytes, count } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Report } from '../../shared/types'
import { ClassChip } from '../projects/ClassChip'
import styles from './imports.module.css'
import { type FindingGroup, formatName, grouped } from './report'

export function ImportReport({ report }: { report: Report }) {
  const objects = Object.values(report.objects).reduce((sum, n) => sum + n, 0)
  return (
    <Stack gap="md">
      <div className={styles.numbers}>
        <Figure value={count(report.images)} label={t('imports:to_import', { count: report.images })} />
        <Figure value={count(objects)} label={t('imports:objects', { count: objects })} />
        <Figure value={count(report.refused)} label={t('imports:refused')} isBad={report.refused > 0} />
        <Figure value={bytes(report.bytes)} label={t('imports:to_store')} />
      </div>
      <Text size="sm">{sentence(report)}</Text>
      {report.classes.length > 0 && <Classes report={report} />}
      {grouped(report.findings).map((group) => (
        <Findings key={group.level} group={group} />
      ))}
      {report.preview.length > 0 && <Preview report={report} />}
    </Stack>
  )
}

function sentence({ format, images, new_photos, known_photos, skipped }: Report): string {
  const said = [t('imports:read_as', { format: formatName(format) })]
  if (known_photos && known_photos === images) said.push(t('imports:all_known'))
  else if (known_photos) {
    said.push(
      t('imports:new_photos', { count: new_photos }),
      t('imports:known_photos', { count: known_photos }),
    )
  }
  if (skipped) said.push(t('imports:skipped', { count: skipped }))
  return said.join(' ')
}

function Figure({ value, label, isBad }: { value: string; label: string; isBad?: boolean }) {
  return (
    <div className={styles.number}>
      <Text fw={600} size="xl" c={isBad ? 'red.8' : undefined}>
        {value}
      </Text>
      <Text size="sm" c="dimmed" truncate title={label}>
        {label}
      </Text>
    </div>
  )
}

function Classes({ report }: { report: Report }) {
  return (
    <Table aria-label={t('shared:classes')} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('imports:class')}</Table.Th>
          <Table.Th ta="right">{t('imports:objects_title')}</Table.Th>
          <Table.Th w={160} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {report.classes.map(({ name, colour, is_new }) => (
          <Table.Tr key={name}>
            <Table.Td>
              <ClassChip label={{ name, colour, pattern: name.toLowerCase() === 'neutral' ? 'hatch' : '' }} />
            </Table.Td>
            <Table.Td ta="right">{count(report.objects[name] ?? 0)}</Table.Td>
            <Table.Td ta="right">
              {is_new && (
                <Badge variant="light" tt="none">
                  {t('imports:will_be_added')}
                </Badge>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

const LOOKS = {
  error: { colour: 'red', Icon: IconCircleX },
  warning: { colour: 'yellow', Icon: IconAlertTriangle },
  info: { colour: 'gray', Icon: IconInfoCircle },
}

function Findings({ group }: { group: FindingGroup }) {
  const { colour, Icon } = LOOKS[group.level]
  const shown = group.findings.slice(0, 200)
  return (
    <Alert
      color={colour}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      icon={<Icon size={18} />}
      title={`${group.title} (${count(group.findings.length)})`}
    >
      <ul className={styles.findings}>
        {shown.map(({ at, text }, row) => (
          <li key={row}>
            {at && !text.startsWith(at) && <strong>{at}: </strong>}
            {text}
          </li>
        ))}
        {group.findings.length > shown.length && (
          <li>{t('imports:and_more', { count: group.findings.length - shown.length })}</li>
        )}
      </ul>
    </Alert>
  )
}

function Preview({ report }: { report: Report }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Title order={3}>{t('imports:photos')}</Title>
        <Text size="sm" c="dimmed">
          {report.preview.length < report.images ? t('imports:first', { count: report.preview.length }) : ''}
        </Text>
      </Group>
      {/* What scrolls can be reached with the keyboard. */}
      <div className={styles.preview} tabIndex={0} role="region" aria-label={t('imports:photos_title')}>
        <Table verticalSpacing={4} stickyHeader aria-label={t('imports:photos_title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports:dataset')}</Table.Th>
              <Table.Th>{t('shared:name')}</Table.Th>
              <Table.Th ta="right">{t('imports:pixels')}</Table.Th>
              <Table.Th ta="right">{t('imports:objects_title')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.preview.map(({ dataset, name, width, height, objects }) => (
              <Table.Tr key={`${dataset}/${name}`}>
                <Table.Td>{dataset}</Table.Td>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">
                  {width} × {height}
                </Table.Td>
                <Table.Td ta="right">{count(objects)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  )
}
