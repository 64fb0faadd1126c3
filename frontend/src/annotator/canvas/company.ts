/** The socket of a photo: hears of edits at once and of who else is there, and tells where this page looks. */

export type Glance = {
  /** [left, top, right, bottom] in pixels of the photo. */
  viewport: [number, number, number, number]
  cursor: [number, number] | null
  tool: string
}

export type Person = Glance & { client: string; user: { id: number; name: string } }

type News = { seq?: number; talk?: string; people?: Person[] }

export type CompanyOptions = {
  image: number
  /** Where this page looks now; null while that is nowhere. */
  glance: () => Glance | null
  /** The photo has this many edits. */
  onSeq: (seq: number) => void
  /** Something was said about the photo, or its state changed. */
  onTalk?: () => void
  onPeople: (people: readonly Person[]) => void
  open?: (path: string) => WebSocket
}

/** Others see this page move at most so often. */
const SAY_MS = 200
/** Said again although nothing moved: who is silent for 15 seconds has left. */
const ALIVE_MS = 5000
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 10_000
/** Not signed in, and not shown to this person: knocking again is useless. */
const SHUT: ReadonlySet<number> = new Set([4401, 4404])

export class Company {
  /** Whether news comes by itself at the moment; otherwise one has to ask. */
  isConnected = false
  private socket: WebSocket | null = null
  private wait = FIRST_RETRY_MS
  private retry: ReturnType<typeof setTimeout> | undefined
  private saying: ReturnType<typeof setTimeout> | undefined
  private readonly alive: ReturnType<typeof setInterval>
  private saidAt = -Infinity
  private isOver = false

  constructor(private readonly options: CompanyOptions) {
    this.alive = setInterval(() => this.say(), ALIVE_MS)
    this.connect()
  }

  /** This page looks elsewhere: tell it soon. */
  look(): void {
    if (this.saying !== undefined || !this.isConnected) return
    this.saying = setTimeout(() => this.say(), Math.max(0, this.saidAt + SAY_MS - performance.now()))
  }

  /** The network is back: do not wait any longer. */
  hurry(): void {
    if (this.isConnected || this.isOver || this.retry === undefined) return
    clearTimeout(this.retry)
    this.connect()
  }

  close(): void {
    this.isOver = true
    clearInterval(this.alive)
    clearTimeout(this.retry)
    clearTimeout(this.saying)
    this.socket?.close()
  }

  private connect(): void {
    this.retry = undefined
    const socket = (this.socket = (this.options.open ?? openSocket)(`/ws/images/${this.options.image}/`))
    socket.onmessage = (event) => {
      if (this.isOver) return
      this.wait = FIRST_RETRY_MS
      if (!this.isConnected) {
        this.isConnected = true
        this.say()
      }
      const { seq, talk, people } = JSON.parse(event.data as string) as News
      if (seq !== undefined) this.options.onSeq(seq)
      if (talk !== undefined) this.options.onTalk?.()
      if (people) this.options.onPeople(people)
    }
    socket.onclose = (event) => {
      this.isConnected = false
      if (this.isOver) return
      this.options.onPeople([])
      if (SHUT.has(event.code)) return
      this.retry = setTimeout(() => this.connect(), this.wait)
      this.wait = Math.min(this.wait * 2, LAST_RETRY_MS)
    }
  }

  private say(): void {
    clearTimeout(this.saying)
    this.saying = undefined
    const { socket } = this
    if (!this.isConnected || !socket || socket.readyState !== 1 || document.visibilityState === 'hidden')
      return
    // A slow line gets the newest glance later, not all of them.
    if (socket.bufferedAmount > 0) {
      this.saying = setTimeout(() => this.say(), SAY_MS)
      return
    }
    const glance = this.options.glance()
    if (!glance) return
    this.saidAt = performance.now()
    socket.send(JSON.stringify(glance))
  }
}

function openSocket(path: string): WebSocket {
  return new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`)
}

/** Okabe and Ito's colours, which colour-blind eyes tell apart, and a line for each: never the colour alone. */
export const SEATS = [
  { colour: '#56b4e9', dash: '' },
  { colour: '#e69f00', dash: '9 4' },
  { colour: '#2bc49a', dash: '2 4' },
  { colour: '#f0e442', dash: '11 3 2 3' },
  { colour: '#e08fc0', dash: '16 5' },
  { colour: '#ff8a5c', dash: '5 3 1 3 1 3' },
] as const

/** Who comes gets the first look that nobody has, and keeps it while staying. */
export class Seating {
  private readonly seats = new Map<string, number>()

  arrange(clients: readonly string[]): void {
    for (const client of [...this.seats.keys()]) if (!clients.includes(client)) this.seats.delete(client)
    for (const client of clients) {
      if (this.seats.has(client)) continue
      const taken = new Set(this.seats.values())
      let seat = 0
      while (taken.has(seat)) seat++
      this.seats.set(client, seat)
    }
  }

  of(client: string): (typeof SEATS)[number] {
    return SEATS[(this.seats.get(client) ?? 0) % SEATS.length]!
  }
}
