/** The rows of a new project's classes: name, colour, key; and neutral by a checkbox. */

import {
  ActionIcon,
  Button,
  Checkbox,
  ColorInput,
  Group,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'

import { t } from '../../shared/texts'
import { Swatch } from './ClassChip'
import {
  type ClassDraft,
  complaints,
  freshClass,
  KEYS,
  NEUTRAL,
  PALETTE,
  patternOptions,
  withKey,
} from './palette'

export function ClassRows(props: {
  drafts: ClassDraft[]
  hasNeutral: boolean
  isChecked: boolean
  onDrafts: (drafts: ClassDraft[]) => void
  onNeutral: (isWanted: boolean) => void
}) {
  const { drafts, onDrafts } = props
  const wrong = complaints(drafts, props.hasNeutral)
  const change = (at: number, news: Partial<ClassDraft>) =>
    onDrafts(drafts.with(at, { ...drafts[at]!, ...news }))
  return (
    <Stack gap="xs" role="group" aria-label={t('shared:classes')}>
      <Text fw={500} size="sm">
        {t('shared:classes')}
      </Text>
      {drafts.map((draft, at) => (
        <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={t('projects:classes.name_of_row', { row: at + 1 })}
            placeholder={t('projects:classes.example')}
            value={draft.name}
            onChange={(event) => change(at, { name: event.currentTarget.value })}
            error={props.isChecked ? wrong[at] : null}
            style={{ flex: 1 }}
          />
          <ColorInput
            aria-label={t('projects:classes.colour_of_row', { row: at + 1 })}
            value={draft.colour}
            swatches={PALETTE}
            swatchesPerRow={7}
            withEyeDropper={false}
            onChange={(colour) => change(at, { colour: colour.toUpperCase() })}
            w={130}
          />
          <NativeSelect
            aria-label={t('projects:classes.pattern_of_row', { row: at + 1 })}
            leftSection={<Swatch look={draft} size={18} />}
            value={draft.pattern}
            data={patternOptions()}
            onChange={(event) => change(at, { pattern: event.currentTarget.value as ClassDraft['pattern'] })}
            w={130}
          />
          <NativeSelect
            aria-label={t('projects:classes.key_of_row', { row: at + 1 })}
            value={draft.key}
            data={[
              { value: '', label: t('projects:classes.no_key') },
              ...KEYS.map((key) => ({ value: key, label: t('projects:classes.key_n', { key }) })),
            ]}
            onChange={(event) => onDrafts(withKey(drafts, at, event.currentTarget.value))}
            w={100}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('projects:classes.remove_row', { name: draft.name || at + 1 })}
            onClick={() => onDrafts(drafts.filter((_, row) => row !== at))}
          >
            <IconTrash size={18} stroke={1.6} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} />}
          onClick={() => onDrafts([...drafts, freshClass(drafts)])}
        >
          {t('projects:classes.add')}
        </Button>
      </Group>
      <Checkbox
        mt={4}
        checked={props.hasNeutral}
        onChange={(event) => props.onNeutral(event.currentTarget.checked)}
        label={
          <Group gap={6} wrap="nowrap">
            <Swatch look={NEUTRAL} />
            {t('projects:classes.with_neutral')}
          </Group>
        }
        description={t('projects:classes.neutral_about')}
      />
    </Stack>
  )
}
