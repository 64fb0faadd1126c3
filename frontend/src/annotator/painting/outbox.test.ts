import { beforeEach, describe, expect, test } from 'vitest'

import { type Dispute, Disputes, MemoryShelf } from './disputes'
import { History } from './history'
import { MemoryJournal } from './journal'
import { Mask } from './mask'
import { rectangle, Server } from './memoryServer'
import { type MaskServer, Outbox, type SaveState, Trouble } from './outbox'
import { fromKept, inverse, pixelsOf } from './patch'
import { encode, type Pixels, type PlaneName, uniform } from './tile'

type Page = {
  mask: Mask
  outbox: Outbox
  states: SaveState[]
  refused: string[]
  history: History
  disputes: Disputes
  /** Nothing this page sends arrives. */
  isOffline: boolean
  /** Between two tries. */
  pause: (ms: number) => Promise<void>
}

let server: Server
let journal: MemoryJournal
let shelf: MemoryShelf
let pages = 0

beforeEach(() => {
  server = new Server()
  journal = new MemoryJournal()
  shelf = new MemoryShelf()
})

const shortPause = () => new Promise<void>((go) => setTimeout(go, 1))

async function open(kept = journal): Promise<Page> {
  const mask = new Mask(600, 600)
  const states: SaveState[] = []
  const refused: string[] = []
  const page = `page ${++pages}`
  // Whoever has a journal of their own is somebody else.
  const disputes = new Disputes(kept === journal ? shelf : new MemoryShelf(), { image: 1, user: 1, page })
  await disputes.load()
  // The next test has another one.
  const here = server
  const reached: MaskServer = {
    save: async (frame) => (opened.isOffline ? away() : here.save(frame)),
    tiles: (plane, since) => here.tiles(plane, since),
  }
  const outbox = new Outbox(mask, reached, kept, {
    image: 1,
    user: 1,
    page,
    book: disputes,
    onState: (state) => states.push(state),
    onRefused: (sentence) => refused.push(sentence),
    pause: (ms) => opened.pause(ms),
  })
  const history = new History()
  const opened: Page = {
    mask,
    outbox,
    states,
    refused,
    history,
    disputes,
    isOffline: false,
    pause: shortPause,
  }
  await outbox.open()
  return opened
}

async function saved(...pages: Page[]): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (pages.every(({ outbox }) => outbox.state.kind === 'saved')) return
    await new Promise((go) => setTimeout(go, 1))
  }
  throw new Error('It was never saved.')
}

function draw(page: Page, box: number[], value: number): void {
  const patch = rectangle(page.mask, box, value)
  const uuid = crypto.randomUUID()
  page.history.did(patch, uuid)
  page.outbox.add(patch, value === 0 ? 'eraser' : 'brush', {}, uuid)
}

function takeBack({ mask, history, outbox }: Page, what: 'undo' | 'redo'): void {
  const uuid = crypto.randomUUID()
  const patch = history[what](mask, uuid)!
  outbox.add(patch, what, { undoes: history.took!.uuid }, uuid)
}

describe('saving', () => {
  test('a stroke reaches the server and another page shows it', async () => {
    const mine = await open()

    draw(mine, [250, 10, 300, 20], 1)
    await saved(mine)

    expect(mine.states.map(({ kind }) => kind)).toEqual(['saving', 'saved'])
    expect(server.seq).toBe(1)
    expect((await open()).mask.classAt(299, 19)).toBe(1)
  })

  test('strokes on one tile follow each other without a conflict', async () => {
    const mine = await open()

    for (let i = 0; i < 5; i++) draw(mine, [i * 10, 0, i * 10 + 5, 5], 1 + i)
    await saved(mine)

    expect(server.seq).toBe(5)
    expect(await server.pixel(41, 1)).toBe(5)
  })

  test('it says offline, how many wait and why, and sends all when the server is back', async () => {
    const mine = await open()
    server.failures = [away, away, away]

    draw(mine, [0, 0, 5, 5], 1)
    draw(mine, [9, 9, 15, 15], 1)
    await saved(mine)

    expect(mine.states).toContainEqual({
      kind: 'offline',
      waiting: 2,
      problem: 'The server does not answer.',
      isKept: true,
    })
    expect(server.seq).toBe(2)
  })

  test('a lost answer does not make the stroke twice', async () => {
    const mine = await open()
    server.loseAnswers = 1

    draw(mine, [0, 0, 5, 5], 1)
    draw(mine, [2, 2, 9, 9], 2)
    await saved(mine)

    expect(server.seq).toBe(2)
    expect([await server.pixel(1, 1), await server.pixel(3, 3)]).toEqual([1, 2])
  })

  test('a refused stroke is taken back and the person is told', async () => {
    const mine = await open()
    server.failures = [
      () => {
        throw new Trouble('refused', 'There is no class 9.')
      },
    ]

    draw(mine, [0, 0, 5, 5], 9)
    draw(mine, [3, 3, 8, 8], 1)
    await saved(mine)

    expect(mine.refused).toEqual(['There is no class 9.'])
    expect([mine.mask.classAt(0, 0), mine.mask.classAt(4, 4), await server.pixel(4, 4)]).toEqual([0, 1, 1])
  })

  test('while a stroke is being drawn it is not saved', async () => {
    const mine = await open()

    mine.outbox.setPainting(true)

    expect(mine.outbox.state.kind).toBe('saving')
  })
})

describe('merging', () => {
  test('two people on one tile both keep their pixels', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(mine, [0, 0, 10, 10], 1)
    draw(theirs, [20, 20, 30, 30], 2)
    await saved(mine, theirs)
    await mine.outbox.refresh()
    await theirs.outbox.refresh()

    for (const { mask } of [mine, theirs]) expect([mask.classAt(5, 5), mask.classAt(25, 25)]).toEqual([1, 2])
    expect([await server.pixel(5, 5), await server.pixel(25, 25)]).toEqual([1, 2])
  })

  test('where both changed a pixel, the one who saves later wins', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(theirs, [0, 0, 10, 10], 2)
    await saved(theirs)
    draw(mine, [5, 0, 15, 10], 1)
    await saved(mine)

    expect([await server.pixel(2, 2), await server.pixel(7, 2), await server.pixel(12, 2)]).toEqual([2, 1, 1])
  })

  test('undo after a merge gives back what the other person had painted', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 10], 2)
    await saved(theirs)
    draw(mine, [5, 0, 15, 10], 1)
    await saved(mine)

    takeBack(mine, 'undo')
    await saved(mine)

    expect([await server.pixel(2, 2), await server.pixel(7, 2), await server.pixel(12, 2)]).toEqual([2, 2, 0])
  })

  test('what was painted and erased again is erased, though somebody painted it alike meanwhile', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    mine.isOffline = true
    draw(mine, [0, 0, 10, 10], 1)
    draw(mine, [5, 0, 10, 10], 0)
    draw(theirs, [0, 0, 20, 10], 1)
    await saved(theirs)
    mine.isOffline = false
    await saved(mine)

    expect([await server.pixel(2, 2), await server.pixel(7, 2), await server.pixel(12, 2)]).toEqual([1, 0, 1])
    expect(mine.disputes.open).toEqual([])
  })

  test('what both painted alike stays mine when they change their mind before it is saved', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    mine.isOffline = true
    draw(mine, [0, 0, 10, 10], 1)
    draw(theirs, [5, 0, 15, 10], 1)
    await saved(theirs)
    await mine.outbox.hear(server.seq)
    draw(theirs, [5, 0, 15, 10], 2)
    await saved(theirs)
    mine.isOffline = false
    await saved(mine)

    expect([await server.pixel(7, 2), await server.pixel(12, 2)]).toEqual([1, 2])
    expect(mine.disputes.open.map(({ pixels }) => pixels)).toEqual([50])
  })

  test('an undo and redo offline bring back an eraser, whatever others made of it meanwhile', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(mine, [0, 0, 10, 10], 1)
    await saved(mine)
    await theirs.outbox.refresh()
    mine.isOffline = true
    draw(mine, [0, 0, 10, 10], 0)
    takeBack(mine, 'undo')
    takeBack(mine, 'redo')
    draw(theirs, [5, 0, 10, 10], 2)
    await saved(theirs)
    mine.isOffline = false
    await saved(mine)

    expect([await server.pixel(2, 2), await server.pixel(7, 2)]).toEqual([0, 0])
    expect(mine.disputes.open.map(({ pixels }) => pixels)).toEqual([50])
  })

  test('news waits until the stroke under the pen has ended', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 10], 2)
    await saved(theirs)

    mine.outbox.setPainting(true)
    const asked = mine.outbox.refresh()
    await new Promise((go) => setTimeout(go, 20))
    expect(mine.mask.classAt(1, 1)).toBe(0)
    mine.outbox.setPainting(false)
    await asked

    expect(mine.mask.classAt(1, 1)).toBe(2)
  })

  test('many strokes of three pages end the same everywhere', async () => {
    const pages = [await open(), await open(new MemoryJournal()), await open(new MemoryJournal())]
    for (let i = 0; i < 12; i++) {
      for (const [who, page] of pages.entries()) {
        const at = (i * 37 + who * 90) % 280
        draw(page, [at, 10 * who, at + 60, 10 * who + 25], who + 1)
      }
      await new Promise((go) => setTimeout(go, i % 4))
    }
    await saved(...pages)
    for (const { outbox } of pages) await outbox.refresh()

    for (let y = 0; y < 60; y++) {
      for (let x = 0; x < 400; x += 3) {
        const values = new Set(pages.map(({ mask }) => mask.classAt(x, y)))
        expect(values.size).toBe(1)
      }
    }
  })

  test('classes and objects stay together', async () => {
    await server.put('class', 0, new Uint8Array(65536).fill(1, 0, 2560))
    await server.put('object', 0, new Uint16Array(65536).fill(7, 0, 2560))
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(mine, [0, 0, 10, 20], 1)
    draw(theirs, [100, 0, 110, 20], 1)
    await saved(mine, theirs)

    expect([await server.pixel(5, 15), await server.pixel(5, 15, 'object')]).toEqual([1, 7])
    expect([await server.pixel(105, 15), await server.pixel(105, 15, 'object')]).toEqual([1, 7])
  })

  test('a class is not saved over an object that somebody gave the pixel meanwhile', async () => {
    await server.put('class', 0, new Uint8Array(65536).fill(1, 0, 10))
    const mine = await open()
    await server.put('object', 0, new Uint16Array(65536).fill(7, 0, 10))

    draw(mine, [0, 0, 5, 1], 2)
    await saved(mine)

    expect([await server.pixel(2, 0), await server.pixel(2, 0, 'object')]).toEqual([2, 0])
    expect([await server.pixel(7, 0), await server.pixel(7, 0, 'object')]).toEqual([1, 7])
  })

  test('classes and objects are taken over as they were at one moment', async () => {
    await server.put('class', 0, new Uint8Array(65536).fill(1, 0, 10))
    await server.put('object', 0, new Uint16Array(65536).fill(7, 0, 10))
    const mine = await open()
    const tiles = server.tiles.bind(server)
    server.tiles = async (plane, since) => {
      const found = await tiles(plane, since)
      if (plane === 'class' && server.seq === 3)
        await server.put('object', 0, new Uint16Array(65536).fill(8, 0, 10))
      return found
    }
    const shown: string[] = []
    mine.mask.watch(() => shown.push(`${mine.mask.classAt(2, 0)} ${mine.mask.objectAt(2, 0)}`))

    await server.put('class', 0, new Uint8Array(65536).fill(2, 0, 10))
    await mine.outbox.refresh()

    expect([mine.mask.classAt(2, 0), mine.mask.objectAt(2, 0)]).toEqual([2, 8])
    expect(shown.at(-1)).toBe('2 8')
  })

  test('an object plane that appears later is fetched', async () => {
    const mine = await open()
    await server.put('class', 0, uniform('class', 1))
    await server.put('object', 0, uniform('object', 3))

    await mine.outbox.refresh()

    expect(mine.mask.objectAt(5, 5)).toBe(3)
  })
})

describe('the journal', () => {
  test('strokes of a crashed page are sent by the next one, in order, once', async () => {
    const crashed = await open()
    server.loseAnswers = 1
    server.failures = [() => {}, ...Array.from({ length: 99 }, () => () => {
      throw new Trouble('away', 'gone')
    })] // prettier-ignore
    draw(crashed, [0, 0, 10, 10], 1)
    draw(crashed, [5, 0, 15, 10], 2)
    await new Promise((go) => setTimeout(go, 20))
    crashed.outbox.close()
    server.failures = []

    const next = await open()
    await saved(next)

    expect([next.mask.classAt(2, 2), next.mask.classAt(7, 2)]).toEqual([1, 2])
    expect([await server.pixel(2, 2), await server.pixel(7, 2)]).toEqual([1, 2])
    expect(server.seq).toBe(2)
    expect(journal.entries.size).toBe(0)
  })

  test('strokes of a crashed page take one request each: the server says that it had none of them', async () => {
    const crashed = await open()
    crashed.isOffline = true
    for (let i = 0; i < 5; i++) draw(crashed, [10 * i, 10, 10 * i + 30, 20], 1 + (i % 2))
    crashed.outbox.close()
    let questions = 0
    const ask = server.tiles.bind(server)
    server.tiles = (plane, since) => {
      questions++
      return ask(plane, since)
    }

    const next = await open()
    await saved(next)

    expect(server.seq).toBe(5)
    expect(questions).toBe(2)
  })

  test('knows the order of edits of one millisecond', async () => {
    const mine = await open()

    mine.isOffline = true
    for (let i = 0; i < 5; i++) mine.outbox.add(rectangle(mine.mask, [i, 0, i + 1, 1], 1), 'brush')
    await new Promise((go) => setTimeout(go, 5))

    const at = [...journal.entries.values()].map((entry) => entry.at)
    expect(at.length).toBe(5)
    expect(at).toEqual([...new Set(at)].sort((a, b) => a - b))
  })

  test('a stroke is in the journal before it is sent, and leaves it once it is saved', async () => {
    const mine = await open()
    const kept: number[] = []
    const save = server.save.bind(server)
    server.save = (frame) => {
      kept.push(journal.entries.size)
      return save(frame)
    }

    draw(mine, [0, 0, 10, 10], 1)
    await saved(mine)
    await new Promise((go) => setTimeout(go, 5))

    expect(kept).toEqual([1])
    expect(journal.entries.size).toBe(0)
  })

  test('a stroke that is given up as it ends does not come back', async () => {
    const mine = await open()
    mine.isOffline = true

    mine.outbox.setPainting(true)
    void mine.outbox.discard()
    draw(mine, [0, 0, 10, 10], 1)
    mine.outbox.setPainting(false)
    await new Promise((go) => setTimeout(go, 10))

    expect(mine.outbox.unsent).toBe(0)
    expect(journal.entries.size).toBe(0)
  })

  test('a page that closes gives it the last stroke at once, as it was made', async () => {
    const mine = await open()
    mine.isOffline = true

    draw(mine, [0, 0, 10, 10], 1)
    mine.outbox.leave()

    const [entry] = journal.entries.values()
    expect(pixelsOf(fromKept(entry!.patch))).toBe(100)
    await new Promise((go) => setTimeout(go, 5))
    expect(journal.entries.size).toBe(1)
  })
})

test('leaving sends what waits behind the stroke under way, with the versions it will get', async () => {
  const mine = await open()
  let letGo = () => {}
  const held = new Promise<void>((go) => (letGo = go))
  const save = server.save.bind(server)
  server.save = async (frame) => {
    await held
    return save(frame)
  }
  draw(mine, [0, 0, 10, 10], 1)
  draw(mine, [0, 0, 5, 5], 2)
  await new Promise((go) => setTimeout(go, 30))

  letGo()
  mine.outbox.leave()
  mine.outbox.close()
  await new Promise((go) => setTimeout(go, 30))

  expect([await server.pixel(7, 7), await server.pixel(2, 2)]).toEqual([1, 2])
  expect(server.seq).toBe(2)
})

describe('leaving', () => {
  /** Requests under way and those of a closing page, which arrive when they are let go, in any order. */
  function hold() {
    const save = server.save.bind(server)
    const held: (() => Promise<unknown>)[] = []
    server.save = (frame) => new Promise((go, fail) => held.push(() => save(frame).then(go, fail)))
    return {
      arrive: (place: number) => held[place]!().catch(() => {}),
      until: (count: number) => until(() => held.length === count),
      stop: () => (server.save = save),
    }
  }

  test('does not take a version that somebody else made for the one it waits for', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    const requests = hold()
    draw(mine, [0, 0, 10, 10], 1)
    draw(mine, [0, 0, 5, 5], 2)
    await requests.until(1)
    await new Promise((go) => setTimeout(go, 20))
    mine.outbox.leave()
    mine.outbox.close()
    await requests.until(2)
    requests.stop()

    draw(theirs, [20, 0, 30, 10], 3)
    await saved(theirs)
    await requests.arrive(1)
    expect([await server.pixel(25, 5), server.seq]).toEqual([3, 1])

    const next = await open()
    await saved(next)
    expect([await server.pixel(25, 5), await server.pixel(7, 7), await server.pixel(2, 2)]).toEqual([3, 1, 2])
  })

  test('sends what waits for its next try, too', async () => {
    const mine = await open()
    server.failures = [away]
    const forever = new Promise<void>(() => {})
    mine.pause = () => forever
    draw(mine, [0, 0, 10, 10], 1)
    await until(() => mine.outbox.state.kind === 'offline')

    mine.outbox.leave()
    mine.outbox.close()
    await until(() => server.seq === 1)

    expect(await server.pixel(7, 7)).toBe(1)
  })

  test('sends an undo, though with it the tile is as the server has it', async () => {
    const mine = await open()
    const requests = hold()
    draw(mine, [0, 0, 10, 10], 1)
    takeBack(mine, 'undo')
    draw(mine, [5, 0, 10, 10], 2)
    await requests.until(1)
    await new Promise((go) => setTimeout(go, 20))
    mine.outbox.leave()
    mine.outbox.close()
    await requests.until(3)

    for (const place of [0, 1, 2]) await requests.arrive(place)

    expect([await server.pixel(2, 2), await server.pixel(7, 2), server.seq]).toEqual([0, 2, 3])
  })
})

const away = () => {
  throw new Trouble('away', 'The server does not answer.')
}
const forLong = Array.from({ length: 99 }, () => away)

/** [x, y, mine, theirs] of every pixel of a dispute. */
function pixelsIn({ patch }: Dispute): number[][] {
  return [...patch.tiles].flatMap(([key, runs]) => {
    const found: number[][] = []
    for (let i = 0; i < runs.length; i += 6) {
      for (let pixel = runs[i]!; pixel <= runs[i]! + runs[i + 1]!; pixel++) {
        const [x, y] = [(key & 0xffff) * 256 + (pixel & 255), (key >>> 16) * 256 + (pixel >> 8)]
        found.push([x, y, runs[i + 2]!, runs[i + 3]!])
      }
    }
    return found
  })
}

describe('disputes', () => {
  test('a pixel that both changed differently stays mine and is marked; no other pixel is', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    draw(mine, [8, 0, 12, 1], 1)
    await saved(mine)

    expect(mine.disputes.open.map(pixelsIn)).toEqual([
      [
        [8, 0, 1, 2],
        [9, 0, 1, 2],
      ],
    ])
    expect(mine.disputes.open[0]).toMatchObject({ pixels: 2, box: { left: 8, top: 0, right: 10, bottom: 1 } })
    expect(theirs.disputes.open).toEqual([])
    expect(await server.pixel(8, 0)).toBe(1)
  })

  test('what both painted alike is not disputed, and my undo leaves it to them', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(theirs, [0, 0, 10, 1], 1)
    await saved(theirs)
    draw(mine, [8, 0, 12, 1], 1)
    await saved(mine)
    takeBack(mine, 'undo')
    await saved(mine)

    expect(mine.disputes.open).toEqual([])
    expect([await server.pixel(7, 0), await server.pixel(9, 0), await server.pixel(11, 0)]).toEqual([1, 1, 0])
  })

  test('painting over what somebody had painted before is no dispute', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]

    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    await mine.outbox.refresh()
    draw(mine, [0, 0, 10, 1], 1)
    await saved(mine)

    expect(mine.disputes.open).toEqual([])
  })

  test('their pixels can be taken, as an edit that can be undone', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    draw(mine, [8, 0, 12, 1], 1)
    await saved(mine)

    const taken = mine.disputes.takeTheirs(mine.disputes.open[0]!.uuid, mine.mask)
    const uuid = crypto.randomUUID()
    mine.history.did(taken, uuid)
    mine.outbox.add(taken, 'take theirs', {}, uuid)
    await saved(mine)
    expect([await server.pixel(9, 0), await server.pixel(10, 0)]).toEqual([2, 1])
    expect(mine.disputes.open).toEqual([])
    expect(shelf.kept.size).toBe(0)

    takeBack(mine, 'undo')
    await saved(mine)
    expect(await server.pixel(9, 0)).toBe(1)
  })

  test('they outlive the page, until they are decided', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    draw(mine, [8, 0, 12, 1], 1)
    await saved(mine)
    await settled()

    const again = await open()
    expect(again.disputes.pixels).toBe(2)
    again.disputes.keepMine(again.disputes.open[0]!.uuid)
    await settled()

    expect((await open()).disputes.open).toEqual([])
    expect(await server.pixel(9, 0)).toBe(1)
  })

  test('a pixel that two of my edits dispute is asked about once, with what was there last', async () => {
    const { mask, disputes } = await open()
    const makes = (value: number) => inverse(rectangle(mask, [0, 0, 2, 1], value))

    await disputes.settle('first', makes(1), 0)
    await disputes.settle('second', makes(2), 0)

    expect(disputes.open.map(({ uuid, pixels }) => [uuid, pixels])).toEqual([['second', 2]])
  })

  test('painting over disputed pixels decides them', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    draw(mine, [8, 0, 12, 1], 1)
    await saved(mine)

    draw(mine, [9, 0, 20, 1], 3)

    expect(mine.disputes.open.map(pixelsIn)).toEqual([[[8, 0, 1, 2]]])
  })

  test('an undo that meets others leaves their pixels to them, without a dispute', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(mine, [0, 0, 10, 1], 1)
    await saved(mine)
    await theirs.outbox.refresh()
    draw(theirs, [5, 0, 10, 1], 2)
    await saved(theirs)

    // Mine has not heard of it yet.
    takeBack(mine, 'undo')
    await saved(mine)
    takeBack(mine, 'redo')
    await saved(mine)

    expect([await server.pixel(2, 0), await server.pixel(7, 0)]).toEqual([1, 2])
    expect(mine.disputes.open).toEqual([])
  })

  test('what was painted and undone offline leaves what others painted there', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    server.failures = [away]
    draw(mine, [0, 0, 10, 1], 1)
    takeBack(mine, 'undo')
    draw(theirs, [5, 0, 10, 1], 2)
    await saved(theirs, mine)

    expect([await server.pixel(2, 0), await server.pixel(7, 0)]).toEqual([0, 2])
    expect(mine.disputes.open).toEqual([])
  })

  test('a stroke that was saved although its answer was lost disputes nothing, also under later strokes', async () => {
    const mine = await open()
    server.loseAnswers = 1

    draw(mine, [0, 0, 10, 1], 1)
    draw(mine, [5, 0, 15, 1], 2)
    await mine.outbox.refresh()
    await saved(mine)

    expect(mine.disputes.open).toEqual([])
    expect([await server.pixel(2, 0), await server.pixel(7, 0)]).toEqual([1, 2])
  })

  test('whoever paints over a stroke of mine whose answer was lost knew it, and wins without a dispute', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    server.loseAnswers = 1
    server.failures = [() => {}, () => {}, away, away]
    draw(mine, [0, 0, 10, 1], 1)
    await until(() => server.seq === 1)
    await theirs.outbox.refresh()
    draw(theirs, [5, 0, 10, 1], 2)
    await saved(theirs, mine)
    await mine.outbox.refresh()

    expect([await server.pixel(2, 0), await server.pixel(7, 0), mine.mask.classAt(7, 0)]).toEqual([1, 2, 2])
    expect(mine.disputes.open).toEqual([])
  })

  test('a refused stroke disputes nothing, nor do those on top of it', async () => {
    const mine = await open()
    server.failures = [
      () => {
        throw new Trouble('refused', 'There is no class 9.')
      },
    ]

    draw(mine, [0, 0, 5, 5], 9)
    draw(mine, [3, 3, 8, 8], 1)
    await saved(mine)

    expect(mine.disputes.open).toEqual([])
    expect(shelf.kept.size).toBe(0)
  })

  test('strokes of a page that crashed offline, sent by the next page, are disputed where others painted', async () => {
    const [crashed, theirs] = [await open(), await open(new MemoryJournal())]
    server.failures = [...forLong]
    draw(crashed, [8, 0, 12, 1], 1)
    await new Promise((go) => setTimeout(go, 10))
    crashed.outbox.close()
    server.failures = []
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)

    const next = await open()
    await saved(next)

    expect(next.disputes.open.map(pixelsIn)).toEqual([
      [
        [8, 0, 1, 2],
        [9, 0, 1, 2],
      ],
    ])
  })

  test('a page that ends after sending, before hearing, has its dispute shown by the next one', async () => {
    const [crashed, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)
    // The first try is told of the conflict, the second is saved without an answer, and then there is silence.
    server.failures = [() => {}, () => {}, ...forLong]
    server.loseAnswers = 1
    draw(crashed, [8, 0, 12, 1], 1)
    await until(() => server.seq === 2)
    crashed.outbox.close()
    await new Promise((go) => setTimeout(go, 10))
    server.failures = []

    const next = await open()
    await saved(next)
    await until(() => next.disputes.open.length > 0)

    expect(next.disputes.open.map(({ pixels }) => pixels)).toEqual([2])
    expect(journal.entries.size).toBe(0)
  })

  test('what a page had noted of a try that was not taken is not disputed', async () => {
    const [crashed, theirs] = [await open(), await open(new MemoryJournal())]
    server.loseAnswers = 1
    draw(crashed, [0, 0, 10, 1], 1)
    await until(() => server.seq === 1)
    crashed.isOffline = true
    await theirs.outbox.refresh()
    draw(theirs, [5, 0, 10, 1], 2)
    await saved(theirs)
    // On top of theirs, the stroke that was saved before them looks like a dispute, and is sent like one.
    await crashed.outbox.hear(server.seq)
    await until(() => shelf.kept.size === 1)
    crashed.outbox.close()
    await settled()

    const next = await open()
    await saved(next)
    await settled()

    expect(next.disputes.open).toEqual([])
    expect(shelf.kept.size).toBe(0)
    expect([await server.pixel(2, 0), await server.pixel(7, 0)]).toEqual([1, 2])
  })

  test('replaying a journal that was replayed before changes nothing and disputes nothing', async () => {
    const [crashed, theirs] = [await open(), await open(new MemoryJournal())]
    server.failures = [...forLong]
    draw(crashed, [8, 0, 12, 1], 1)
    draw(crashed, [11, 0, 20, 1], 3)
    await new Promise((go) => setTimeout(go, 10))
    crashed.outbox.close()
    server.failures = []
    const entries = [...journal.entries.values()]
    await saved(await open())
    await until(() => journal.entries.size === 0)
    draw(theirs, [0, 0, 9, 1], 2)
    await saved(theirs)
    const before = [server.seq, await server.pixel(8, 0), await server.pixel(11, 0)]

    for (const entry of entries) await journal.put(entry)
    const next = await open()
    await saved(next)
    await until(() => journal.entries.size === 0)

    expect([server.seq, await server.pixel(8, 0), await server.pixel(11, 0)]).toEqual(before)
    expect([next.mask.classAt(8, 0), next.mask.classAt(11, 0)]).toEqual(before.slice(1))
    expect(next.disputes.open).toEqual([])
  })
})

describe('news', () => {
  test('is fetched as soon as the server says how far the photo is', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [0, 0, 10, 1], 2)
    await saved(theirs)

    await mine.outbox.hear(server.seq)

    expect(mine.mask.classAt(1, 0)).toBe(2)
  })

  test('that turns out to be of our own making is not fetched', async () => {
    const mine = await open()
    const asked: number[] = []
    const tiles = server.tiles.bind(server)
    server.tiles = async (plane, since) => {
      asked.push(since)
      return tiles(plane, since)
    }

    draw(mine, [0, 0, 10, 1], 2)
    await Promise.all([until(() => server.seq === 1).then(() => mine.outbox.hear(1)), saved(mine)])

    expect(asked).toEqual([])
  })

  test('arrives also while strokes of our own are under way', async () => {
    const [mine, theirs] = [await open(), await open(new MemoryJournal())]
    draw(theirs, [300, 0, 310, 1], 2)
    await saved(theirs)
    draw(mine, [0, 0, 10, 1], 1)

    await mine.outbox.hear(server.seq)
    await saved(mine)
    await mine.outbox.hear(server.seq)

    expect(mine.mask.classAt(301, 0)).toBe(2)
  })
})

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !isSo(); i++) await new Promise((go) => setTimeout(go, 1))
  expect(isSo()).toBe(true)
}

describe('a photo that is submitted or accepted', () => {
  let isLocked = true
  const lock = () => {
    isLocked = true
    const save = server.save.bind(server)
    server.save = async (frame) => {
      if (isLocked) throw new Trouble('locked', 'photo.jpg was accepted by olga.')
      return save(frame)
    }
  }

  test('keeps a stroke that comes too late, says why, and takes it once it is open again', async () => {
    const mine = await open()
    lock()

    draw(mine, [5, 5, 9, 9], 1)
    await until(() => mine.outbox.state.kind === 'locked')

    expect(mine.outbox.state).toEqual({
      kind: 'locked',
      waiting: 1,
      problem: 'photo.jpg was accepted by olga.',
      isKept: true,
    })
    expect(mine.refused).toEqual([])
    expect(mine.mask.classAt(6, 6)).toBe(1)

    isLocked = false
    mine.outbox.flush()
    await saved(mine)
    expect(await server.pixel(6, 6)).toBe(1)
  })

  test('a stroke kept for it is sent by the page that opens it later', async () => {
    const mine = await open()
    lock()
    draw(mine, [5, 5, 9, 9], 1)
    await until(() => mine.outbox.state.kind === 'locked')
    mine.outbox.close()

    isLocked = false
    const later = await open()
    await saved(later)

    expect(await server.pixel(6, 6)).toBe(1)
  })

  test('whoever gives the strokes up sees the mask as the server has it, and paints on', async () => {
    const mine = await open()
    draw(mine, [5, 5, 7, 7], 2)
    await saved(mine)
    lock()
    draw(mine, [5, 5, 9, 9], 1)
    draw(mine, [300, 300, 310, 310], 1)
    await until(() => mine.outbox.state.kind === 'locked')

    await mine.outbox.discard()
    await saved(mine)

    expect([mine.mask.classAt(5, 5), mine.mask.classAt(8, 8), mine.mask.classAt(305, 305)]).toEqual([2, 0, 0])
    expect(await journal.left(1)).toEqual([])
    isLocked = false
    draw(mine, [20, 20, 25, 25], 1)
    await saved(mine)
    expect(await server.pixel(22, 22)).toBe(1)
  })
})

describe('an edit that the server does not take', () => {
  let isRefusing: boolean

  beforeEach(() => {
    isRefusing = true
    server.refuses = (uuid) => isRefusing && uuid === refused
  })
  let refused = ''

  /** Draw what the server refuses, and something that touches it. */
  async function refusedStroke(): Promise<Page> {
    const mine = await open()
    draw(mine, [0, 0, 5, 5], 1)
    refused = mine.outbox.edits[0]!.uuid
    draw(mine, [3, 3, 8, 8], 2)
    await saved(mine)
    return mine
  }

  test('waits for the person, in the journal too, while those after it are saved', async () => {
    const mine = await refusedStroke()

    expect(mine.outbox.parked.map(({ uuid, refused }) => [uuid, refused])).toEqual([
      [refused, 'There is no class 9.'],
    ])
    expect((await journal.left(1)).map(({ uuid, refused }) => [uuid, refused])).toEqual([[refused, 'There is no class 9.']]) // prettier-ignore
    expect([await server.pixel(4, 4), await server.pixel(0, 0), mine.mask.classAt(0, 0)]).toEqual([2, 0, 0])
  })

  test('waits in the next page as well, which does not send it by itself', async () => {
    ;(await refusedStroke()).outbox.close()

    const later = await open()
    await saved(later)

    expect(later.outbox.parked.map(({ uuid }) => uuid)).toEqual([refused])
    expect(await server.pixel(0, 0)).toBe(0)
  })

  test('is sent when the person asks again, and leaves what was painted since', async () => {
    const mine = await refusedStroke()
    isRefusing = false

    expect(await mine.outbox.tryAgain(refused)).toBe(true)
    await saved(mine)

    expect([await server.pixel(0, 0), await server.pixel(4, 4), mine.mask.classAt(0, 0)]).toEqual([1, 2, 1])
    expect(mine.outbox.parked).toEqual([])
    await until(() => journal.entries.size === 0)
  })

  test('waits again when it is refused again', async () => {
    const mine = await refusedStroke()

    await mine.outbox.tryAgain(refused)
    await saved(mine)

    expect(mine.outbox.parked.map(({ uuid }) => uuid)).toEqual([refused])
    expect(await server.pixel(0, 0)).toBe(0)
  })

  test('goes on waiting where all of it has been painted over', async () => {
    const mine = await refusedStroke()
    isRefusing = false
    draw(mine, [0, 0, 9, 9], 2)
    await saved(mine)

    expect(await mine.outbox.tryAgain(refused)).toBe(false)

    expect(mine.outbox.parked.map(({ uuid }) => uuid)).toEqual([refused])
  })

  test('is gone once the person discards it', async () => {
    const mine = await refusedStroke()

    await mine.outbox.discardParked(refused)

    expect([mine.outbox.parked, journal.entries.size]).toEqual([[], 0])
  })
})

describe('where the browser keeps nothing', () => {
  class FullJournal extends MemoryJournal {
    override put(): Promise<void> {
      return Promise.reject(new DOMException('full', 'QuotaExceededError'))
    }
  }

  test('it says so, and saves all the same', async () => {
    const mine = await open(new FullJournal())

    draw(mine, [0, 0, 5, 5], 1)
    await saved(mine)

    expect(mine.outbox.state).toEqual({ kind: 'saved', waiting: 0, problem: '', isKept: false })
    expect(await server.pixel(0, 0)).toBe(1)
  })
})

test('what goes wrong in the page itself is not told in a programmer’s words', async () => {
  const mine = await open()
  server.failures = [
    () => {
      throw new RangeError('Invalid typed array length')
    },
  ]

  draw(mine, [0, 0, 5, 5], 1)
  await saved(mine)

  expect(mine.states).toContainEqual({ kind: 'offline', waiting: 1, problem: '', isKept: true })
})

/** What is written behind one's back is written. */
const settled = () => new Promise((go) => setTimeout(go, 5))

describe('what the server had to change of an edit', () => {
  /** Save as told, and leave a tile that is not quite the one that was sent. */
  function amending(plane: PlaneName, pixels: Pixels) {
    const save = server.save.bind(server)
    server.save = async (frame) => {
      server.save = save
      const saved = await save(frame)
      const before = server.tilesOf[plane].get(0)
      const version = (before?.version ?? 0) + 1
      const data = await encode(pixels)
      server.tilesOf[plane].set(0, { plane, x: 0, y: 0, version, data, seq: saved.seq })
      const others = saved.versions.filter((tile) => tile.plane !== plane)
      return { ...saved, versions: [...others, { plane, x: 0, y: 0, version }] }
    }
  }

  test('is on screen once it was told', async () => {
    const mine = await open()
    const pixels = uniform('class', 0).slice()
    pixels.fill(1, 0, 4)
    amending('class', pixels)

    draw(mine, [0, 0, 10, 1], 1)
    await saved(mine)
    await mine.outbox.refresh()

    expect([mine.mask.classAt(3, 0), mine.mask.classAt(4, 0)]).toEqual([1, 0])
    draw(mine, [8, 0, 9, 1], 2)
    await saved(mine)
    expect([await server.pixel(4, 0), await server.pixel(8, 0)]).toEqual([0, 2])
    expect(mine.disputes.open).toEqual([])
  })

  test('may be a plane that was not sent', async () => {
    const mine = await open()
    const ids = uniform('object', 0).slice()
    ids.fill(7, 0, 4)
    amending('object', ids)

    draw(mine, [0, 0, 10, 1], 1)
    await saved(mine)
    await mine.outbox.refresh()

    expect(mine.mask.objectAt(3, 0)).toBe(7)
  })
})
