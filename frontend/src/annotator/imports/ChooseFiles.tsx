/** Choosing what to import: files, a folder, a zip; or dropping any of them. */

import { Button, Group, Text, VisuallyHidden } from '@mantine/core'
import { IconFiles, IconFolder, IconUpload } from '@tabler/icons-react'
import { useRef } from 'react'

import { bytes } from '../../shared/format'
import { t } from '../../shared/texts'
import { type Chosen, chosenFrom, chosenFromDrop } from './files'
import styles from './imports.module.css'

export function ChooseFiles({ chosen, onChoose }: { chosen: Chosen[]; onChoose: (files: Chosen[]) => void }) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const size = chosen.reduce((sum, { file }) => sum + file.size, 0)
  const took = (input: HTMLInputElement) => {
    onChoose(chosenFrom(input.files ?? []))
    // So that choosing the same folder again is heard, too.
    input.value = ''
  }
  return (
    <div
      className={styles.zone}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        void chosenFromDrop(event.dataTransfer).then(onChoose)
      }}
    >
      <IconUpload size={32} stroke={1.3} aria-hidden />
      <Text>
        {chosen.length ? (
          <>
            <strong>{t('shared:files', { count: chosen.length })}</strong>, {bytes(size)}
          </>
        ) : (
          t('imports:drop')
        )}
      </Text>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconFiles size={18} />}
          onClick={() => files.current?.click()}
        >
          {t('imports:choose_files')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFolder size={18} />}
          onClick={() => folder.current?.click()}
        >
          {t('imports:choose_folder')}
        </Button>
      </Group>
      <VisuallyHidden>
        <input
          ref={files}
          type="file"
          multiple
          tabIndex={-1}
          aria-label={t('imports:files')}
          onChange={(event) => took(event.currentTarget)}
        />
        <input
          ref={folder}
          type="file"
          tabIndex={-1}
          aria-label={t('imports:folder')}
          {...{ webkitdirectory: '' }}
          onChange={(event) => took(event.currentTarget)}
        />
      </VisuallyHidden>
      <Text size="sm" c="dimmed">
        {t('imports:formats')}
      </Text>
    </div>
  )
}
