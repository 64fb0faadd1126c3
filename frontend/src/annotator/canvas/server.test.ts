import { afterEach, expect, test, vi } from 'vitest'

import { setLanguage } from '../../shared/texts'
import { serverOf } from './server'

afterEach(async () => {
  vi.unstubAllGlobals()
  await setLanguage('en')
})

/** What the server was asked with, where it answers like this. */
function answering(answer: () => Response): Headers[] {
  const asked: Headers[] = []
  vi.stubGlobal('location', { port: '8000' })
  vi.stubGlobal('document', { cookie: '', documentElement: {} })
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    asked.push(new Headers(init.headers))
    return Promise.resolve(answer())
  })
  return asked
}

test('the server is asked in the language of the page', async () => {
  await setLanguage('de')
  const asked = answering(() =>
    Response.json({ problem: 'Das Foto ist eingereicht.', at: 'state' }, { status: 403 }),
  )

  const saving = serverOf(7).save(new Uint8Array())

  await expect(saving).rejects.toMatchObject({ kind: 'locked', message: 'Das Foto ist eingereicht.' })
  expect(asked[0]!.get('Accept-Language')).toBe('de')
})

test('an answer that was cut off is worth another try, and said in our own words', async () => {
  answering(() => new Response('{"seq": 1'))

  const saving = serverOf(7).save(new Uint8Array())

  await expect(saving).rejects.toMatchObject({
    kind: 'away',
    message: 'The server’s answer did not arrive whole.',
  })
})
