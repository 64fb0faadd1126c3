import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Disputed, disputeNow, rebased, without } from './merge'
import { applied, difference, type Patch, pixelsOf, type Runs, type TileState } from './patch'
import { TILE_PX } from './tile'

const LENGTH = 24
fc.configureGlobal({ numRuns: 40 })
const NORMAL = { yields: false, isInDoubt: false }
const IN_DOUBT = { ...NORMAL, isInDoubt: true }
const UNDO = { ...NORMAL, yields: true }

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
        const again = rebased(edit, tileOf(mine), IN_DOUBT)

        expect(again.disputed).toBeNull()
        expect([...again.runs]).toEqual([...edit])
      }),
    )
  })

  test('however often others change their minds, what is disputed is what they made last', () => {
    fc.assert(
      fc.property(
        values,
        values,
        fc.array(fc.tuple(values, fc.boolean()), { minLength: 1, maxLength: 6 }),
        (base, mine, turns) => {
          let runs = difference(tileOf(base), tileOf(mine))
          let disputed: Disputed | null = null
          for (const [theirs, isInDoubt] of turns) {
            const moved: ReturnType<typeof rebased> = rebased(
              runs,
              tileOf(theirs),
              { ...NORMAL, isInDoubt },
              { disputed },
            )
            runs = moved.runs
            disputed = moved.disputed
          }
          const last = turns.at(-1)![0]
          const found = disputed ? pixelsIn(disputed, applied(runs, tileOf(last))) : []

          expect(found).toEqual(merge(base, mine, last).disputed)
        },
      ),
    )
  })
})

/** to: how an edit left the tile.  undoes: the place in the row of the one it takes back. */
type Made = { to: readonly number[]; undoes?: number }

/** A row of edits, each made on the one before, on top of what others made of the tile meanwhile.
 *
 * isInDoubt: of the first edit.
 * returns: what it ends as, which pixels are disputed then, and what became of each edit.
 */
function replay(base: readonly number[], row: readonly Made[], theirs: readonly number[], isInDoubt = false) {
  const moved: Runs[] = []
  const disputes: Disputed[] = []
  let believed = tileOf(base)
  let under = tileOf(theirs)
  for (const [i, { to, undoes }] of row.entries()) {
    const runs = difference(believed, tileOf(to))
    const manner = { yields: undoes !== undefined, isInDoubt: i === 0 && isInDoubt }
    const one = rebased(runs, under, manner, { undone: undoes === undefined ? null : moved[undoes] })
    under = applied(one.runs, under)
    believed = tileOf(to)
    moved.push(one.runs)
    if (one.disputed) disputes.push(one.disputed)
  }
  const open = disputes.flatMap((one) => pixelsIn(one, under)).filter((one) => one.mine !== one.theirs)
  const disputed = [...new Set(open.map(({ pixel }) => pixel))].sort((a, b) => a - b)
  return { values: valuesOf(under), disputed, moved }
}

const rowOf = (states: readonly number[][]): Made[] => states.map((to) => ({ to }))
const rows = fc.array(values, { minLength: 1, maxLength: 4 })

/** Whether strokes that left a tile like this, one after another, painted a pixel. */
const isPainted = (base: readonly number[], states: readonly number[][], pixel: number) =>
  states.some((state, i) => state[pixel] !== (states[i - 1] ?? base)[pixel])

describe('a row of strokes that meets what others made meanwhile', () => {
  test('leaves each pixel as the last of them that painted it did, and theirs where none did', () => {
    fc.assert(
      fc.property(values, rows, values, (base, states, theirs) => {
        const last = states.at(-1)!

        const { values: left } = replay(base, rowOf(states), theirs)

        expect(left).toEqual(base.map((_, i) => (isPainted(base, states, i) ? last[i]! : theirs[i]!)))
      }),
    )
  })

  test('disputes what others made of a pixel, unless it ends like that or was seen like that when painted over', () => {
    fc.assert(
      fc.property(values, rows, values, (base, states, theirs) => {
        const last = states.at(-1)!

        const { disputed } = replay(base, rowOf(states), theirs)

        const lost = (was: number, i: number) => {
          const first = states.find((state) => state[i] !== was)?.[i]
          return theirs[i] !== was && ![first, last[i], undefined].includes(theirs[i]) && first !== undefined
        }
        expect(disputed).toEqual(base.flatMap((was, i) => (lost(was, i) ? [i] : [])))
      }),
    )
  })

  test('erases what it painted and erased again, though others painted it alike', () => {
    const { values: left, disputed } = replay([0], rowOf([[1], [0]]), [1])

    expect(left[0]).toBe(0)
    // Whoever erased it saw what they had painted.
    expect(disputed).toEqual([])
  })

  test('keeps what others painted alike, so that it stays mine when they change their mind', () => {
    const edit = difference(tileOf([0]), tileOf([1]))
    const alike = rebased(edit, tileOf([1]), NORMAL)

    expect(alike.disputed!.size).toBe(0)

    const changed = rebased(alike.runs, tileOf([2]), NORMAL, alike)
    expect(pixelsIn(changed.disputed!, tileOf([1]))).toEqual([{ pixel: 0, mine: 1, theirs: 2 }])

    const erased = rebased(changed.runs, tileOf([0]), NORMAL, changed)
    expect([valuesOf(applied(erased.runs, tileOf([0])))[0], erased.disputed!.size]).toEqual([1, 0])
  })
})

describe('undo and redo in a row that meets what others made meanwhile', () => {
  const moves = fc.array(fc.oneof({ weight: 3, arbitrary: values }, fc.constantFrom('undo', 'redo')), {
    minLength: 1,
    maxLength: 8,
  })

  test('end as if what is taken back had never been painted', () => {
    fc.assert(
      fc.property(values, moves, values, (base, moves, theirs) => {
        const row: Made[] = []
        const done: number[] = []
        let undone: { edit: number; by: number }[] = []
        for (const move of moves) {
          if (move === 'undo' && done.length > 0) {
            const edit = done.pop()!
            undone.push({ edit, by: row.length })
            row.push({ to: row[edit - 1]?.to ?? base, undoes: edit })
          } else if (move === 'redo' && undone.length > 0) {
            const { edit, by } = undone.pop()!
            done.push(row.length)
            row.push({ to: row[edit]!.to, undoes: by })
          } else if (Array.isArray(move)) {
            done.push(row.length)
            row.push({ to: move })
            undone = []
          }
        }
        fc.pre(row.length > 0)
        const standing = done.map((i) => row[i]!.to as number[])

        const found = replay(base, row, theirs)

        const expected = replay(base, rowOf(standing), theirs)
        expect(found.values).toEqual(standing.length > 0 ? expected.values : theirs)
        if (standing.length > 0) expect(found.disputed).toEqual(expect.arrayContaining(expected.disputed))
        for (const pixel of found.disputed) {
          expect(theirs[pixel]).not.toBe(base[pixel])
          expect(theirs[pixel]).not.toBe(found.values[pixel])
        }
      }),
    )
  })

  test('of what was saved before never touch a pixel that others changed, nor dispute it', () => {
    fc.assert(
      fc.property(values, values, values, (before, painted, theirs) => {
        const runs = difference(tileOf(painted), tileOf(before))
        const { runs: moved, disputed } = rebased(runs, tileOf(theirs), UNDO)

        const left = valuesOf(applied(moved, tileOf(theirs)))
        expect(left).toEqual(painted.map((was, i) => (theirs[i] === was ? before[i]! : theirs[i]!)))
        expect(disputed).toBeNull()
      }),
    )
  })

  test('bring back a stroke that erased what was erased before, whatever others made of it', () => {
    const { values: left } = replay([0], [{ to: [1] }, { to: [0] }, { to: [1], undoes: 1 }], [2])

    expect(left[0]).toBe(1)
  })
})

describe('an edit that is given up', () => {
  /** Mine on top of one that was, after that one is gone. */
  function afterGivingUp(base: number[], first: number[], second: number[], theirs: number[]) {
    const one = rebased(difference(tileOf(base), tileOf(first)), tileOf(theirs), NORMAL)
    const onTop = difference(tileOf(first), tileOf(second))
    const two = rebased(onTop, applied(one.runs, tileOf(theirs)), NORMAL)

    const givenUp = one.disputed ?? new Disputed()
    const left = rebased(two.runs, tileOf(theirs), NORMAL, { disputed: two.disputed, givenUp })
    const merged = applied(left.runs, tileOf(theirs))
    return { values: valuesOf(merged), disputed: left.disputed ? pixelsIn(left.disputed, merged) : [] }
  }

  test('hands its disputes to the one that paints over it, which disputes nothing of mine', () => {
    fc.assert(
      fc.property(values, values, values, values, (base, first, second, theirs) => {
        const { values: left, disputed } = afterGivingUp(base, first, second, theirs)

        const isMine = (i: number) => second[i] !== first[i]
        const lost = (was: number, i: number) =>
          isMine(i) && first[i] !== was && ![was, first[i], second[i]].includes(theirs[i]!)
        expect(left).toEqual(theirs.map((value, i) => (isMine(i) ? second[i]! : value)))
        const known = disputed.filter(({ pixel }) => first[pixel] !== base[pixel]).map(({ pixel }) => pixel)
        expect(known).toEqual(base.flatMap((was, i) => (lost(was, i) ? [i] : [])))
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
        const twice = rebased(edit, tileOf(second), NORMAL, once)

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
  expect(rebased(painted, theirs, NORMAL).disputed?.size).toBe(0)
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
