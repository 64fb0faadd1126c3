import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { History, type PastStep } from './history'
import { Mask } from './mask'
import { difference, type Patch } from './patch'
import { Stroke } from './stroke'
import { keyOf, TILE } from './tile'

function rectangle(mask: Mask, [left, top, right, bottom]: number[], value: number): Patch {
  const stroke = new Stroke(mask, { value, locked: new Set() })
  stroke.startAt({ x: left!, y: top! })
  for (let y = top!; y < bottom!; y++) stroke.span(y, left!, right!)
  return stroke.finish()
}

const past = (seq: number): PastStep => ({ uuid: `edit ${seq}`, seq, tool: 'brush', at: '' })
/** All pixels as one text, which is compared at once. */
const all = (mask: Mask) =>
  [0, 1].map((x) => new TextDecoder('latin1').decode(mask.classesOf(keyOf(x, 0)))).join()
const copyOf = (mask: Mask) => {
  const copy = new Mask(mask.width, mask.height)
  for (const key of mask.keys()) copy.putClasses(key, mask.classesOf(key).slice())
  return copy
}

/** What an edit changed, as a page that did not make it finds out: from the tiles before and after. */
function between(before: Mask, after: Mask): Patch {
  const tiles = new Map()
  for (const key of after.keys()) {
    const runs = difference(
      { classes: before.classesOf(key), objects: null },
      { classes: after.classesOf(key), objects: null },
    )
    if (runs.length > 0) tiles.set(key, runs)
  }
  return { tiles }
}

const boxes = fc
  .tuple(
    fc.integer({ min: 0, max: 290 }),
    fc.integer({ min: 0, max: 90 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([left, top, width, height, value]) => ({ box: [left, top, left + width, top + height], value }))

describe('undo over pages', () => {
  test('edits of an earlier page are undone and redone as if one had stayed', () => {
    fc.assert(
      fc.property(fc.array(boxes, { minLength: 1, maxLength: 6 }), (strokes) => {
        const mask = new Mask(400, 200)
        const states = [copyOf(mask)]
        const patches: Patch[] = []
        for (const { box, value } of strokes) {
          rectangle(mask, box, value)
          states.push(copyOf(mask))
          patches.push(between(states.at(-2)!, states.at(-1)!))
        }
        const history = new History()
        const changing = patches.flatMap((patch, i) => (patch.tiles.size > 0 ? [i] : []))
        history.recall({ done: changing.map((i) => past(i)), undone: [] })

        const fetch = (what: 'undo' | 'redo') => {
          const lacking = history.lacking(what)
          if (lacking) history.fetched(lacking.uuid, patches[lacking.seq]!)
        }
        for (const i of changing.toReversed()) {
          fetch('undo')
          history.undo(mask, `undo ${i}`)
          expect(history.took!.uuid).toBe(`edit ${i}`)
        }
        expect(all(mask) === all(states[0]!)).toBe(true)
        for (const i of changing) {
          fetch('redo')
          history.redo(mask, `redo ${i}`)
          expect(history.took!.uuid).toBe(`undo ${i}`)
        }

        expect(all(mask) === all(states.at(-1)!)).toBe(true)
      }),
    )
  })

  test('what two tabs undo is undone once, and nobody else is harmed by the second', () => {
    fc.assert(
      fc.property(boxes, boxes, (mine, theirs) => {
        const mask = new Mask(400, 200)
        const before = copyOf(mask)
        rectangle(mask, mine.box, 1)
        const patch = between(before, mask)
        const tabs = [new History(), new History()]
        for (const tab of tabs) {
          tab.recall({ done: [past(1)], undone: [] })
          tab.fetched('edit 1', patch)
        }

        tabs[0]!.undo(mask)
        rectangle(mask, theirs.box, 2)
        const now = all(mask)
        tabs[1]!.undo(mask)

        expect(all(mask) === now).toBe(true)
      }),
    )
  })

  test('an own edit that only another tab knows comes after those of this page', () => {
    const mask = new Mask(400, 200)
    const history = new History()
    history.did(rectangle(mask, [0, 0, 10, 10], 1), 'mine')
    history.recall({ done: [past(1), past(7)], undone: [] })

    history.undo(mask)

    expect(history.took!.uuid).toBe('mine')
    expect(history.lacking('undo')).toEqual(past(7))
    expect(history.undo(mask)).toBeNull()
  })

  test('what the server tells twice is one step', () => {
    const mask = new Mask(400, 200)
    const history = new History()
    history.did(rectangle(mask, [0, 0, 10, 10], 1), 'edit 3')

    expect(history.recall({ done: [past(2), past(3)], undone: [] })).toBe(true)
    expect(history.recall({ done: [past(2), past(3)], undone: [] })).toBe(false)

    history.undo(mask)
    expect(history.lacking('undo')).toEqual(past(2))
  })

  test('an undo of an earlier page can be redone until one paints', () => {
    const mask = new Mask(400, 200)
    const [reading, painting] = [new History(), new History()]
    painting.did(rectangle(mask, [0, 0, 10, 10], 1), 'mine')

    for (const history of [reading, painting]) history.recall({ done: [], undone: [past(5)] })

    expect(reading.canRedo).toBe(true)
    expect(painting.canRedo).toBe(false)
  })

  test('two hundred steps are kept, whoever made them', () => {
    const history = new History()
    history.recall({ done: Array.from({ length: 300 }, (_, i) => past(i)), undone: [] })
    let steps = 0
    const mask = new Mask(TILE, TILE)
    for (let next = history.lacking('undo'); next; next = history.lacking('undo')) {
      history.fetched(next.uuid, { tiles: new Map() })
      history.undo(mask)
      steps++
    }

    expect(steps).toBe(200)
  })

  test('a restore by the server is the next step to undo', () => {
    const mask = new Mask(400, 200)
    const history = new History()
    history.did(rectangle(mask, [0, 0, 10, 10], 1), 'mine')
    history.didElsewhere(past(9))

    expect(history.lacking('undo')).toEqual(past(9))
    history.recall({ done: [past(9)], undone: [] })
    expect(history.lacking('undo')).toEqual(past(9))
  })

  test('what changed the look only is a step among the others, and ends nothing that could be redone', () => {
    const mask = new Mask(400, 200)
    const history = new History()
    const said: string[] = []
    history.did(rectangle(mask, [0, 0, 10, 10], 1), 'first')
    history.did(rectangle(mask, [20, 0, 30, 10], 1), 'second')
    history.undo(mask, 'undone')
    history.looked((what) => said.push(what))

    expect(history.canRedo).toBe(true)
    expect(history.undo(mask)).toBeNull()
    expect(history.takeLook('undo')).toBe(true)
    expect(history.takeLook('undo')).toBe(false)
    expect(history.undo(mask)).not.toBeNull()
    expect(mask.classAt(5, 5)).toBe(0)

    expect(history.redo(mask)).not.toBeNull()
    expect(history.takeLook('redo')).toBe(true)
    expect(said).toEqual(['undo', 'redo'])
    expect(history.redo(mask)).not.toBeNull()
    expect(mask.classAt(25, 5)).toBe(1)
  })
})
