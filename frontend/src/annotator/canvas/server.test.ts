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

/** A server behind a proxy that lets no request through with more bytes than this; returns what arrived, by address. */
function behindProxy(most: number): { path: string; bytes: Uint8Array }[] {
  const arrived: { path: string; bytes: Uint8Array }[] = []
  vi.stubGlobal('location', { port: '8000' })
  vi.stubGlobal('document', { cookie: '', documentElement: {} })
  vi.stubGlobal('fetch', (path: string, { body }: { body: Uint8Array }) => {
    if (body.length > most) return Promise.resolve(new Response('<html>', { status: 413 }))
    arrived.push({ path, bytes: body.slice() })
    return Promise.resolve(Response.json({ seq: 1, versions: [] }))
  })
  return arrived
}

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => i & 255)

test('an edit that is too large for one request is sent in pieces, as one', async () => {
  const arrived = behindProxy(3000)

  await expect(serverOf(7).save(bytes(10_000))).resolves.toEqual({ seq: 1, versions: [] })

  const pieces = arrived.filter(({ path }) => path.includes('size=10000'))
  const parcels = new Set(pieces.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('parcel')))
  const last = [...parcels].at(-1)!
  const whole = pieces.filter(({ path }) => path.includes(last)).flatMap(({ bytes }) => [...bytes])
  expect(whole).toEqual([...bytes(10_000)])
  expect(pieces[0]!.path).toMatch(
    /^\/api\/images\/7\/edits\/pieces\/\?parcel=[-0-9a-f]{36}&offset=0&size=10000$/,
  )
})

test('what gets through whole is sent whole, also after something larger did not', async () => {
  const arrived = behindProxy(3000)
  await serverOf(7).save(bytes(10_000))
  arrived.length = 0

  await serverOf(7).save(bytes(2000))

  expect(arrived.map(({ path }) => path)).toEqual(['/api/images/7/edits/'])
})

test('where nothing gets through, the person has to decide', async () => {
  behindProxy(10)

  await expect(serverOf(7).save(bytes(5000))).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('client_max_body_size'),
  })
})

test('pieces that the server has lost are sent again', async () => {
  answering(() => Response.json({ problem: 'Not here any more.', at: 'offset' }, { status: 410 }))

  await expect(serverOf(7).save(bytes(5000))).rejects.toMatchObject({ kind: 'away' })
})
