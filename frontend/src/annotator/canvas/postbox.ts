/** The outbox of a photo together with the page it belongs to: one may leave the photo before everything is sent. */

import { BrowserShelf, Disputes, type Shelf } from '../painting/disputes'
import { BrowserJournal, type Journal, namePage } from '../painting/journal'
import type { Mask } from '../painting/mask'
import { Outbox, type SaveState } from '../painting/outbox'
import { aside } from './aside'
import { serverOf, whoPainted } from './server'

const journal: Journal = new BrowserJournal()
const shelf: Shelf = new BrowserShelf()

/** Postboxes of photos one has left that still have something to send. */
const leftBehind = new Map<number, Postbox>()

/** Those, and that of the photo that is open: whatever page is shown, closing it asks and sends for all of them. */
const inUse = new Set<Postbox>()

if (typeof window !== 'undefined') {
  window.addEventListener('beforeunload', (event) => {
    if ([...inUse].some(({ outbox }) => outbox.unsent > 0)) event.preventDefault()
  })
  window.addEventListener('pagehide', () => inUse.forEach(({ outbox }) => outbox.leave()))
}

export class Postbox {
  readonly outbox: Outbox
  readonly disputes: Disputes
  private readonly page = namePage()
  private isLeft = false

  constructor(
    mask: Mask,
    private readonly options: {
      image: number
      user: number
      onState: (state: SaveState) => void
      onRefused: (sentence: string) => void
    },
  ) {
    inUse.add(this)
    const { image, user, onState, onRefused } = options
    const page = this.page.name
    this.disputes = new Disputes(shelf, { image, user, page, whoPainted: whoPainted(image) })
    this.outbox = new Outbox(mask, serverOf(image), journal, {
      image,
      user,
      page,
      book: this.disputes,
      encode: (pixels) => aside('encode', [pixels]),
      onState: (state) => {
        onState(state)
        if (state.kind === 'saved' && this.isLeft) this.retire()
      },
      onRefused,
    })
  }

  /** Take over what an earlier visit to this photo has yet to send. */
  async takeOver(): Promise<void> {
    const before = leftBehind.get(this.options.image)
    if (!before) return
    before.retire()
    await before.page.release()
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
    void this.page.release()
  }
}
