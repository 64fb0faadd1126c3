import { Text } from '@mantine/core'

import { t } from '../shared/texts'

/** So few days are worth a second look. */
const SOON = 3

/** In the trash: how long something can still be brought back. */
export function DaysLeft({ days }: { days: number | null }) {
  if (days === null) return null
  return (
    <Text size="xs" c={days <= SOON ? 'red.8' : 'dimmed'} fw={days <= SOON ? 600 : undefined} span>
      {t('history:days_left', { count: days })}
    </Text>
  )
}
