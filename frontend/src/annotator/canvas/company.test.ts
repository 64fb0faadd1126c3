import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Company, type Glance, type Person, Seating, SEATS } from './company'

class Socket {
  readyState = 1
  bufferedAmount = 0
  sent: Glance[] = []
  onmessage: (event: { data: string }) => void = () => {}
  onclose: (event: { code: number }) => void = () => {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Glance)
  }

  close(): void {
    this.readyState = 3
  }

  hear(message: object): void {
    this.onmessage({ data: JSON.stringify(message) })
  }
}

let sockets: Socket[]
let company: Company
let seqs: number[]
let people: (readonly Person[])[]
let glance: Glance

const olga: Person = {
  client: 'a',
  user: { id: 1, name: 'olga' },
  viewport: [0, 0, 9, 9],
  cursor: null,
  tool: 'brush',
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { visibilityState: 'visible' })
  sockets = []
  seqs = []
  people = []
  glance = { viewport: [0, 0, 100, 50], cursor: null, tool: 'brush' }
  company = new Company({
    image: 7,
    glance: () => glance,
    onSeq: (seq) => seqs.push(seq),
    onPeople: (found) => people.push(found),
    open: (path) => {
      expect(path).toBe('/ws/images/7/')
      sockets.push(new Socket())
      return sockets.at(-1) as unknown as WebSocket
    },
  })
})

afterEach(() => {
  company.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('edits and people are told on', () => {
  sockets[0]!.hear({ seq: 4 })
  sockets[0]!.hear({ people: [olga] })

  expect(seqs).toEqual([4])
  expect(people).toEqual([[olga]])
})

test('nothing is said before the server has let us in, then where we look', () => {
  company.look()
  vi.advanceTimersByTime(1000)
  expect(sockets[0]!.sent).toEqual([])

  sockets[0]!.hear({ client: 'x' })

  expect(sockets[0]!.sent).toEqual([glance])
})

test('however often one moves, it is said five times a second, and the last place always', () => {
  sockets[0]!.hear({ client: 'x' })
  for (let i = 0; i < 100; i++) {
    glance = { ...glance, cursor: [i, i] }
    company.look()
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(300)

  expect(sockets[0]!.sent.length).toBeLessThanOrEqual(7)
  expect(sockets[0]!.sent.at(-1)!.cursor).toEqual([99, 99])
})

test('who does not move says so now and then, but not when the page is hidden', () => {
  sockets[0]!.hear({ client: 'x' })

  vi.advanceTimersByTime(11_000)
  expect(sockets[0]!.sent).toHaveLength(3)
  vi.stubGlobal('document', { visibilityState: 'hidden' })
  vi.advanceTimersByTime(20_000)

  expect(sockets[0]!.sent).toHaveLength(3)
})

test('a slow line gets the newest glance once it is free', () => {
  sockets[0]!.hear({ client: 'x' })
  sockets[0]!.bufferedAmount = 99
  glance = { ...glance, tool: 'lasso' }
  company.look()
  vi.advanceTimersByTime(1000)
  expect(sockets[0]!.sent).toHaveLength(1)

  sockets[0]!.bufferedAmount = 0
  vi.advanceTimersByTime(200)

  expect(sockets[0]!.sent.map(({ tool }) => tool)).toEqual(['brush', 'lasso'])
})

test('a broken line is opened again after 1, 2, 4 seconds, and nobody is shown meanwhile', () => {
  sockets[0]!.hear({ people: [olga] })
  sockets[0]!.onclose({ code: 1006 })
  expect(people.at(-1)).toEqual([])
  expect(company.isConnected).toBe(false)

  vi.advanceTimersByTime(1000)
  sockets[1]!.onclose({ code: 1006 })
  vi.advanceTimersByTime(1999)
  expect(sockets).toHaveLength(2)
  vi.advanceTimersByTime(1)

  expect(sockets).toHaveLength(3)
})

test('when the network is back it is opened at once', () => {
  sockets[0]!.onclose({ code: 1006 })

  company.hurry()

  expect(sockets).toHaveLength(2)
})

test('a photo that is not shown to us is left alone', () => {
  sockets[0]!.onclose({ code: 4404 })
  vi.advanceTimersByTime(60_000)
  company.hurry()

  expect(sockets).toHaveLength(1)
})

test('everybody looks different, and keeps their look while others come and go', () => {
  const seating = new Seating()
  seating.arrange(['a', 'b', 'c'])
  const [a, b, c] = ['a', 'b', 'c'].map((client) => seating.of(client))
  expect(new Set([a, b, c]).size).toBe(3)

  seating.arrange(['b', 'c', 'd'])

  expect([seating.of('b'), seating.of('c'), seating.of('d')]).toEqual([b, c, a])
  expect(new Set(SEATS.map(({ dash }) => dash)).size).toBe(SEATS.length)
})
