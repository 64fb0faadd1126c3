import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'

import { MemoryJournal } from './journal'
import { Mask } from './mask'
import { rectangle, Server } from './memoryServer'
import { Outbox } from './outbox'
import { bytesOf, decode, type TileKey } from './tile'

type Drawn = { box: [number, number, number, number]; value: number }

/** Strokes over up to four tiles that often meet; 0 erases. */
const drawn = fc.array(
  fc.record<Drawn>({
    box: fc
      .tuple(fc.nat(400), fc.nat(400), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 }))
      .map(([left, top, width, height]) => [left, top, left + width, top + height]),
    value: fc.nat(3),
  }),
  { minLength: 1, maxLength: 6 },
)

type Page = { mask: Mask; outbox: Outbox }

async function open(server: Server, journal: MemoryJournal): Promise<Page> {
  const mask = new Mask(600, 600)
  const pause = () => new Promise<void>((go) => setTimeout(go))
  const outbox = new Outbox(mask, server, journal, { image: 1, user: 1, page: '', pause })
  await outbox.open()
  return { mask, outbox }
}

function draw({ mask, outbox }: Page, { box, value }: Drawn): void {
  const patch = rectangle(mask, box, value)
  if (patch.tiles.size > 0) outbox.add(patch, value === 0 ? 'eraser' : 'brush')
}

async function saved(...pages: Page[]): Promise<void> {
  await expect
    .poll(() => pages.map(({ outbox }) => outbox.unsent), { interval: 1 })
    .toEqual(pages.map(() => 0))
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const hashesOf = (mask: Mask, keys: Iterable<TileKey>) =>
  [...keys].sort().map((key) => [key, hashOf(mask.classesOf(key))])

async function hashesAt(server: Server) {
  const tiles = [...server.tilesOf.class].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
  return Promise.all(
    tiles.map(async ([key, { data }]) => [key, hashOf(bytesOf(await decode('class', data)))] as const),
  )
}

/** A copy, as if whatever was removed since had not been. */
function copyOf(journal: MemoryJournal, without: (place: number) => boolean = () => false): MemoryJournal {
  const copy = new MemoryJournal()
  for (const [place, [uuid, entry]] of [...journal.entries].entries()) {
    if (!without(place)) copy.entries.set(uuid, structuredClone(entry))
  }
  return copy
}

/** Draw everything while nothing gets through; returns what a page that ends there leaves in its journal. */
async function leftBehind(strokes: readonly Drawn[]): Promise<MemoryJournal> {
  const journal = new MemoryJournal()
  const page = await open(new Server(), journal)
  page.outbox.close()
  for (const stroke of strokes) draw(page, stroke)
  return journal
}

test('however often a journal is replayed, and by however many pages at once, the mask is the same', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.integer({ min: 1, max: 3 }), async (strokes, pages) => {
      const journal = await leftBehind(strokes)
      const server = new Server()
      await saved(await open(server, copyOf(journal)))
      const once = await hashesAt(server)

      await saved(...(await Promise.all(Array.from({ length: pages }, () => open(server, copyOf(journal))))))

      expect(await hashesAt(server)).toEqual(once)
    }),
    { numRuns: 40 },
  )
})

test('whatever of a journal was acknowledged before, the mask is the same', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(6), fc.array(fc.boolean()), async (strokes, count, isForgotten) => {
      const journal = await leftBehind(strokes)
      const whole = new Server()
      await saved(await open(whole, copyOf(journal)))
      const server = new Server()
      await saved(
        await open(
          server,
          copyOf(journal, (place) => place >= count),
        ),
      )

      // Of those the server has, some are out of the journal already, and some are not.
      await saved(
        await open(
          server,
          copyOf(journal, (place) => place < count && isForgotten[place] === true),
        ),
      )

      expect(await hashesAt(server)).toEqual(await hashesAt(whole))
    }),
    { numRuns: 40 },
  )
})

test('saving and loading again keeps every tile', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async (strokes) => {
      const server = new Server()
      const page = await open(server, new MemoryJournal())
      for (const stroke of strokes) draw(page, stroke)
      await saved(page)

      const { mask } = await open(server, new MemoryJournal())

      const keys = [...server.tilesOf.class.keys()]
      expect(hashesOf(mask, keys)).toEqual(hashesOf(page.mask, keys))
    }),
    { numRuns: 40 },
  )
})
