import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Disputed, disputeNow, Meanwhile, rebased, without } from './merge'
import { applied, difference, type Patch, pixelsOf, type TileState } from './patch'
import { TILE_PX } from './tile'

const LENGTH = 24
fc.configureGlobal({ numRuns: 40 })
const NORMAL = { yields: false, isInDoubt: false }

/** A tile whose first pixels are these classes. */
const tileOf = (values: readonly number[]): TileState => {
  const classes = new Uint8Array(TILE_PX)
  classes.set(values)
  return { classes, objects: null }
}
const valuesOf = ({ classes }: TileState): number[] => [...classes.subarray(0, LENGTH)]

/** Mine, made from `base`, on top of theirs. */
function merge(base: number[], mine: number[], theirs: number[]) {
  const { runs, disputed } = rebased(difference(tileOf(base), tileOf(mine)), tileOf(theirs), NORMAL)
  const merged = applied(runs, tileOf(theirs))
  return { values: valuesOf(merged), disputed: disputed ? pixelsIn(disputed, merged) : [], runs }
}

function pixelsIn(disputed: Disputed, mine: TileState) {
  const found: { pixel: number; mine: number; theirs: number }[] = []
  const runs = disputed.runs(mine)
  for (let i = 0; i < runs.length; i += 6) {
    for (let pixel = runs[i]!; pixel <= runs[i]! + runs[i + 1]!; pixel++) {
      found.push({ pixel, mine: runs[i + 2]!, theirs: runs[i + 3]! })
    }
  }
  return found
}

const values = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: LENGTH, maxLength: LENGTH })

describe('two sides that started from the same pixels', () => {
  test('what only one changed is taken, what both changed alike is no question, the rest is mine and disputed', () => {
    fc.assert(
      fc.property(values, values, values, (base, mine, theirs) => {
        const merged = merge(base, mine, theirs)

        const expected = base.map((was, i) => (mine[i] === was ? theirs[i]! : mine[i]!))
        const disputed = base.flatMap((was, pixel) =>
          mine[pixel] !== was && theirs[pixel] !== was && mine[pixel] !== theirs[pixel]
            ? [{ pixel, mine: mine[pixel], theirs: theirs[pixel] }]
            : [],
        )
        expect(merged.values).toEqual(expected)
        expect(merged.disputed).toEqual(disputed)
      }),
    )
  })

  test('who saves first makes no difference where they did not meet', () => {
    fc.assert(
      fc.property(
        values,
        values,
        values,
        fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }),
        (base, a, b, isMine) => {
          const mine = base.map((was, i) => (isMine[i] ? a[i]! : was))
          const theirs = base.map((was, i) => (isMine[i] ? was : b[i]!))

          expect(merge(base, mine, theirs).values).toEqual(merge(base, theirs, mine).values)
          expect(merge(base, mine, theirs).disputed).toEqual([])
        },
      ),
    )
  })

  test('who saves first makes no difference to which pixels are disputed', () => {
    fc.assert(
      fc.property(values, values, values, (base, a, b) => {
        const places = (found: { pixel: number }[]) => found.map(({ pixel }) => pixel)

        expect(places(merge(base, a, b).disputed)).toEqual(places(merge(base, b, a).disputed))
      }),
    )
  })

  test('taking mine back afterwards leaves exactly what they made', () => {
    fc.assert(
      fc.property(values, values, values, (base, mine, theirs) => {
        const { runs } = merge(base, mine, theirs)
        const back = applied(turned(runs), applied(runs, tileOf(theirs)))

        expect(valuesOf(back)).toEqual(theirs)
      }),
    )
  })

  test('meeting my own edit again, saved without my knowing, disputes nothing and changes nothing', () => {
    fc.assert(
      fc.property(values, values, (base, mine) => {
        const edit = difference(tileOf(base), tileOf(mine))
        const again = rebased(edit, tileOf(mine), { yields: false, isInDoubt: true })

        expect(again.disputed).toBeNull()
        expect([...again.runs]).toEqual([...edit])
      }),
    )
  })
})

/** A row of edits, each made on the one before, on top of what others made of the tile meanwhile. */
function replay(states: number[][], theirs: number[], yields: boolean[] = []) {
  const meanwhile = new Meanwhile()
  let under = tileOf(theirs)
  let found = 0
  for (let i = 1; i < states.length; i++) {
    const runs = difference(tileOf(states[i - 1]!), tileOf(states[i]!))
    const manner = { yields: yields[i - 1] ?? false, isInDoubt: false }
    const { runs: moved, disputed } = rebased(runs, under, manner, meanwhile)
    under = applied(moved, under)
    found += disputed?.size ?? 0
  }
  return { values: valuesOf(under), disputes: found }
}

describe('a row of edits that meets what others made meanwhile', () => {
  test('ends as if it had been one edit', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 2, maxLength: 5 }), values, (states, theirs) => {
        const [base, last] = [states[0]!, states.at(-1)!]

        expect(replay(states, theirs).values).toEqual(merge(base, last, theirs).values)
      }),
    )
  })

  test('painting and undoing it leaves theirs', () => {
    fc.assert(
      fc.property(values, values, values, (base, painted, theirs) => {
        expect(replay([base, painted, base], theirs, [false, true]).values).toEqual(theirs)
      }),
    )
  })

  test('undo and redo of what was saved before never touch a pixel that others changed, nor dispute it', () => {
    fc.assert(
      fc.property(values, values, values, (before, painted, theirs) => {
        const { values: left, disputes } = replay([painted, before], theirs, [true])

        expect(left).toEqual(painted.map((was, i) => (theirs[i] === was ? before[i]! : theirs[i]!)))
        expect(disputes).toBe(0)
      }),
    )
  })

  test('painting, undoing and redoing is painting', () => {
    fc.assert(
      fc.property(values, values, values, (base, painted, theirs) => {
        expect(replay([base, painted, base, painted], theirs, [false, true, true]).values).toEqual(
          merge(base, painted, theirs).values,
        )
      }),
    )
  })
})

describe('others who go on painting', () => {
  test('a dispute knows what was there before either of us, however often they change their mind', () => {
    fc.assert(
      fc.property(values, values, values, values, (base, mine, first, second) => {
        const once = rebased(difference(tileOf(base), tileOf(mine)), tileOf(first), NORMAL)
        const edit = once.runs
        const twice = rebased(edit, tileOf(second), NORMAL, new Meanwhile(), once.disputed)

        const found = twice.disputed ? pixelsIn(twice.disputed, applied(twice.runs, tileOf(second))) : []
        for (const { pixel } of found) {
          expect(second[pixel]).not.toBe(mine[pixel])
          expect(second[pixel] === base[pixel] && first[pixel] !== mine[pixel]).toBe(false)
        }
      }),
    )
  })
})

test('an object that both gave a pixel is disputed, one that lost its class is not', () => {
  const objects = (value: number) => new Uint16Array(TILE_PX).fill(value)
  const classes = (value: number) => new Uint8Array(TILE_PX).fill(value)
  const runs = difference(
    { classes: classes(1), objects: objects(0) },
    { classes: classes(1), objects: objects(7) },
  )
  const painted = difference(
    { classes: classes(1), objects: objects(0) },
    { classes: classes(2), objects: objects(0) },
  )
  const theirs = { classes: classes(1), objects: objects(8) }

  expect(rebased(runs, theirs, NORMAL).disputed?.size).toBe(TILE_PX)
  expect(rebased(painted, theirs, NORMAL).disputed).toBeNull()
})

describe('a dispute later', () => {
  const patch = (from: number[], to: number[]): Patch => ({
    tiles: new Map([[0, difference(tileOf(from), tileOf(to))]]),
  })

  test('starts from what is there now, without the pixels that have become theirs', () => {
    const dispute = patch([1, 1, 1], [2, 2, 2])

    const now = disputeNow(dispute, () => tileOf([1, 2, 3]))

    expect([...now.tiles.get(0)!]).toEqual([0, 0, 1, 2, 0, 0, 2, 0, 3, 2, 0, 0])
  })

  test('loses the pixels that I paint over, and is the same when I do not', () => {
    const dispute = patch([1, 1, 1], [2, 2, 2])

    expect(pixelsOf(without(dispute, patch([1, 1], [1, 3])))).toBe(2)
    expect(without(dispute, patch([0, 0, 0, 1], [0, 0, 0, 3]))).toBe(dispute)
  })
})

function turned(runs: Uint16Array): Uint16Array<ArrayBuffer> {
  const back = Uint16Array.from(runs)
  for (let i = 0; i < runs.length; i += 6) {
    back[i + 2] = runs[i + 3]!
    back[i + 3] = runs[i + 2]!
  }
  return back
}
