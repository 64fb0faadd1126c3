/** Sends what earlier tabs could not, on whatever page one is, and says what came of it. */

import { Anchor, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'

import { t } from '../../shared/texts'
import type { Left } from './sendLeft'

/** With all it takes to paint, so not before it is needed. */
const courier = () => import('./sendLeft')

/** The photo that is being opened has the first word. */
const FIRST_MS = 3000
/** A tab may crash while another one lives, and a photo become free again. */
const EVERY_MS = 60_000

export function Unsent({ user }: { user: number }) {
  const navigate = useNavigate()
  useEffect(() => {
    const said = new Set<string>()
    let isSending = false
    const send = async () => {
      if (isSending) return
      isSending = true
      try {
        const { sendLeft } = await courier()
        for await (const left of sendLeft(user)) say(left, said, (to) => void navigate(to))
      } finally {
        isSending = false
      }
    }
    // What goes wrong now is tried again in a minute.
    const go = () => void send().catch(() => {})
    const first = setTimeout(go, FIRST_MS)
    const timer = setInterval(go, EVERY_MS)
    window.addEventListener('online', go)
    return () => {
      clearTimeout(first)
      clearInterval(timer)
      window.removeEventListener('online', go)
    }
  }, [user, navigate])
  return null
}

/** said: what stands there already, and is not said every minute. */
function say(left: Left, said: Set<string>, goTo: (path: string) => void): void {
  const photo = left.name || t('unsent:some_photo', { id: left.image })
  const count = left.strokes.length
  const id = `unsent ${left.image}`
  if (left.isSent) {
    notifications.hide(id)
    notifications.show({ color: 'teal', message: t('unsent:sent', { count, photo }) })
    return
  }
  const sentence = t('unsent:waits', { count, photo, problem: left.problem })
  if (said.has(sentence)) return
  said.add(sentence)
  const close = () => notifications.hide(id)
  notifications.show({
    id,
    color: 'orange',
    autoClose: false,
    message: (
      <Stack gap={4}>
        <Text size="sm">{sentence}</Text>
        <Group gap="md">
          {left.isThere ? (
            <Choice label={t('unsent:open')} take={() => (close(), goTo(`/images/${left.image}`))} />
          ) : (
            <>
              <Choice label={t('unsent:save')} take={() => void save(photo, left)} />
              <Choice label={t('unsent:discard')} take={() => (close(), void discard(left))} />
            </>
          )}
        </Group>
      </Stack>
    ),
  })
}

async function save(photo: string, { strokes }: Left): Promise<void> {
  const { saveStrokes } = await import('./strokeFile')
  saveStrokes(photo, strokes)
}

async function discard({ strokes }: Left): Promise<void> {
  const { discardLeft } = await courier()
  await discardLeft(strokes)
}

function Choice({ label, take }: { label: string; take: () => void }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={take}>
      {label}
    </Anchor>
  )
}
