/** The files on their way: one bar for all, one for each. */

import { Group, Progress, Text } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useSyncExternalStore } from 'react'

import { bytes, percent } from '../../shared/format'
import { t } from '../../shared/texts'
import styles from './imports.module.css'
import { type Item, totals, type UploadQueue } from './queue'

export function UploadList({ queue }: { queue: UploadQueue }) {
  const items = useSyncExternalStore(queue.subscribe, queue.snapshot)
  const isOnline = useSyncExternalStore(followNetwork, () => navigator.onLine)
  const box = useRef<HTMLDivElement>(null)
  // We compile nothing, so what the virtualizer returns may change as it likes.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => 30,
    overscan: 8,
  })
  const all = totals(items)
  const share = all.bytes ? all.bytesSent / all.bytes : 0
  const resumed = items.reduce((sum, { resumedAt }) => sum + resumedAt, 0)
  const said = t('imports:sent_of', {
    sent: all.filesSent,
    count: all.files,
    bytes: bytes(all.bytesSent),
    all: bytes(all.bytes),
  })
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm">{resumed > 0 ? t('imports:resumed', { said, bytes: bytes(resumed) }) : said}</Text>
        <Text size="sm" c={isOnline ? 'dimmed' : 'orange.9'} role="status">
          {isOnline ? percent(share) : t('imports:offline')}
        </Text>
      </Group>
      <Progress value={100 * share} aria-label={t('imports:all_files')} mb="sm" />
      <div
        className={styles.files}
        ref={box}
        role="group"
        aria-label={t('imports:on_their_way')}
        tabIndex={0}
      >
        <div className={styles.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => (
            <div key={row.key} className={styles.row} style={{ transform: `translateY(${row.start}px)` }}>
              <Row item={items[row.index]!} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

function Row({ item }: { item: Item }) {
  return (
    <>
      <Text size="sm" truncate title={item.path}>
        {item.path}
      </Text>
      <Text size="sm" c="dimmed" ta="right">
        {bytes(item.size)}
      </Text>
      <Progress
        value={item.size ? (100 * item.sent) / item.size : item.state === 'sent' ? 100 : 0}
        size="sm"
        color={item.state === 'failed' ? 'red' : undefined}
        aria-label={item.path}
      />
      <Text size="sm" c={item.state === 'failed' ? 'red.8' : 'dimmed'} truncate title={item.problem}>
        {t(`imports:state.${item.state}`)}
      </Text>
    </>
  )
}

function followNetwork(listener: () => void) {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
