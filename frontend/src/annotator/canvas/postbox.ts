/** The outbox of a photo together with the page it belongs to: one may leave the photo before everything is sent. */

import { BrowserShelf, Disputes, type Shelf } from '../painting/disputes'
import { BrowserJournal, type Journal, namePage } from '../painting/journal'
import type { Mask } from '../painting/mask'
import { Outbox, type Parked, type SaveState } from '../painting/outbox'
import { aside } from './aside'
import { serverOf, whoPainted } from './server'

export const journal: Journal = new BrowserJournal()
const shelf: Shelf = new BrowserShelf()

/** Postboxes of photos one has left that still have something to send. */
const leftBehind = new Map<number, Postbox>()

/** Those, and that of the photo that is open: whatever page is shown, closing it asks and sends for all of them. */
const inUse = new Set<Postbox>()

/** Whether a photo's strokes are being sent here. */
export const isInUse = (image: number): boolean =>
  leftBehind.has(image) || [...inUse].some((postbox) => postbox.image === image)

if (typeof window !== 'undefined') {
  window.addEventListener('beforeunload', (event) => {
    if ([...inUse].some(({ outbox }) => outbox.atRisk > 0)) event.preventDefault()
  })
  window.addEventListener('pagehide', () => inUse.forEach(({ outbox }) => outbox.leave()))
}

export class Postbox {
  readonly outbox: Outbox
  readonly disputes: Disputes
  private readonly page = namePage()
  private isLeft = false
  private whenTried: () => void = () => {}

  constructor(
    mask: Mask,
    private readonly options: {
      image: number
      user: number
      onState?: (state: SaveState) => void
      onRefused?: (sentence: string) => void
      onParked?: (parked: readonly Parked[]) => void
    },
  ) {
    inUse.add(this)
    const { image, user, onState, onRefused, onParked } = options
    const page = this.page.name
    this.disputes = new Disputes(shelf, { image, user, page, whoPainted: whoPainted(image) })
    this.outbox = new Outbox(mask, serverOf(image), journal, {
      image,
      user,
      page,
      book: this.disputes,
      encode: (pixels) => aside('encode', [pixels]),
      onState: (state) => {
        onState?.(state)
        if (state.kind === 'saved' && this.isLeft) this.retire()
        if (state.kind !== 'saving') this.whenTried()
      },
      onRefused,
      onParked,
    })
  }

  /** Take over what an earlier visit to this photo has yet to send. */
  async takeOver(): Promise<void> {
    const before = leftBehind.get(this.options.image)
    if (!before) return
    before.retire()
    await before.page.release()
  }

  get image(): number {
    return this.options.image
  }

  /**
   * Send what pages that are gone have left behind, of a photo that is not open; returns how it stands, and how many
   * strokes that were. What could not be sent is there for the next page again.
   */
  async sendLeft(): Promise<SaveState & { sent: number }> {
    const { outbox } = this
    // It is all in the journal: closing the page loses nothing.
    inUse.delete(this)
    leftBehind.set(this.image, this)
    try {
      const isTried = new Promise<void>((go) => (this.whenTried = go))
      const sent = await outbox.open()
      if (sent > 0) await isTried
      return { ...outbox.state, sent }
    } finally {
      this.disputes.close()
      this.retire()
    }
  }

  /** The photo is left; sending goes on. */
  leave(): void {
    this.isLeft = true
    this.disputes.close()
    if (this.outbox.unsent === 0) this.retire()
    else leftBehind.set(this.options.image, this)
  }

  /** Everything is sent, or another page takes over from the journal. */
  private retire(): void {
    if (leftBehind.get(this.options.image) === this) leftBehind.delete(this.options.image)
    inUse.delete(this)
    this.outbox.close()
    this.whenTried()
    void this.page.release()
  }
}
