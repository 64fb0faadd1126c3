import { describe, expect, test } from 'vitest'

import { Problem } from '../../shared/api'
import type { Chosen } from './files'
import { ATTEMPTS, backoff, CHUNK, type Door, totals, upload, UploadQueue } from './queue'

/** A server in memory, with a network that can be told to fail. */
class Server implements Door {
  files = new Map<string, { id: number; received: number }>()
  offsets: number[] = []
  waits: number[] = []
  failures: unknown[] = []
  isOnline = Promise.resolve()

  open: Door['open'] = async ({ fingerprint }) => {
    this.fail()
    const known = this.files.get(fingerprint) ?? { id: this.files.size + 1, received: 0 }
    this.files.set(fingerprint, known)
    return { ...known }
  }

  send: Door['send'] = async (id, offset, chunk) => {
    this.fail()
    const known = [...this.files.values()].find((file) => file.id === id)!
    if (offset !== known.received) throw new Problem('wrong offset', 409, '', { received: known.received })
    this.offsets.push(offset)
    known.received += chunk.size
    return { ...known }
  }

  wait: Door['wait'] = async (ms) => void this.waits.push(ms)
  online: Door['online'] = () => this.isOnline

  private fail() {
    const failure = this.failures.shift()
    if (failure) throw failure
  }
}

const LOST = new Problem('The server does not answer.', 0)

function photo(path: string, size: number): Chosen {
  // A file that says its size and is never read: only its slices' sizes matter here.
  const file = {
    name: path,
    size,
    lastModified: 1,
    slice: (a: number, b: number) => ({ size: Math.min(b, size) - a }),
  }
  return { path, file: file as unknown as File }
}

const quiet = () => {}
const never = () => new AbortController().signal

describe('one file', () => {
  test('goes up in chunks of 8 MiB', async () => {
    const server = new Server()

    await upload(photo('a.tif', 2 * CHUNK + 5), server, quiet, never())

    expect(server.offsets).toEqual([0, CHUNK, 2 * CHUNK])
  })

  test('goes on where an earlier attempt stopped', async () => {
    const server = new Server()
    server.files.set('a.tif|' + 3 * CHUNK + '|1', { id: 9, received: 2 * CHUNK })
    const said: number[] = []

    const id = await upload(
      photo('a.tif', 3 * CHUNK),
      server,
      ({ resumedAt }) => void said.push(resumedAt!),
      never(),
    )

    expect([id, server.offsets, said[0]]).toEqual([9, [2 * CHUNK], 2 * CHUNK])
  })

  test('asks where it stands after a lost chunk, and waits longer each time', async () => {
    const server = new Server()
    server.failures = [null, LOST, LOST, LOST]

    await upload(photo('a.tif', CHUNK), server, quiet, never())

    expect(server.offsets).toEqual([0])
    expect(server.waits).toEqual([backoff(1), backoff(2), backoff(3)])
  })

  test('follows the server when it stands elsewhere', async () => {
    const server = new Server()
    const file = photo('a.tif', 2 * CHUNK)
    server.failures = [null, new Problem('wrong offset', 409, '', { received: CHUNK })]
    server.files.set('a.tif|' + 2 * CHUNK + '|1', { id: 1, received: 0 })
    const open = server.open
    server.open = async (...wish) => {
      const receipt = await open(...wish)
      server.files.get('a.tif|' + 2 * CHUNK + '|1')!.received = CHUNK
      return receipt
    }

    await upload(file, server, quiet, never())

    expect(server.offsets).toEqual([CHUNK])
  })

  test('is not tried again when it was refused', async () => {
    const server = new Server()
    server.failures = [new Problem('too large', 400)]

    await expect(upload(photo('a.tif', 1), server, quiet, never())).rejects.toThrow('too large')
    expect(server.waits).toEqual([])
  })

  test('gives up at last', async () => {
    const server = new Server()
    server.failures = Array.from({ length: 99 }, () => LOST)

    await expect(upload(photo('a.tif', 1), server, quiet, never())).rejects.toThrow('does not answer')
    expect(server.waits).toHaveLength(ATTEMPTS - 1)
  })

  test('waits for the network', async () => {
    const server = new Server()
    let connect = () => {}
    server.isOnline = new Promise((done) => (connect = done))

    const done = upload(photo('a.tif', 1), server, quiet, never())
    await Promise.resolve()
    expect(server.files.size).toBe(0)
    connect()

    await done
    expect(server.files.size).toBe(1)
  })
})

describe('many files', () => {
  const photos = Array.from({ length: 10 }, (_, n) => photo(`${n}.jpg`, 10))

  test('come back in the order they were chosen', async () => {
    const queue = new UploadQueue(new Server())

    const ids = await queue.run(photos)

    expect(new Set(ids).size).toBe(10)
    expect(queue.items.map(({ upload: id }) => id)).toEqual(ids)
    expect(totals(queue.items)).toEqual({ files: 10, filesSent: 10, failed: 0, bytes: 100, bytesSent: 100 })
  })

  test('one that fails does not hold up the others, and can be tried again', async () => {
    const server = new Server()
    server.failures = [new Problem('not this one', 400)]
    const queue = new UploadQueue(server)

    await expect(queue.run(photos)).rejects.toThrow('1 of 10 files')
    expect(queue.items[0]).toMatchObject({ state: 'failed', problem: 'not this one' })
    expect(totals(queue.items)).toMatchObject({ filesSent: 9, failed: 1 })

    expect(await queue.retry()).toHaveLength(10)
  })

  test('one that fails can be left out', async () => {
    const server = new Server()
    server.failures = [new Problem('not this one', 400)]
    const queue = new UploadQueue(server)

    await queue.run(photos).catch(quiet)

    expect(queue.leaveOutFailed()).toHaveLength(9)
  })

  test('stop when told to', async () => {
    const server = new Server()
    server.send = async (_id, _offset, _chunk, signal) => {
      await new Promise((_, fail) => signal.addEventListener('abort', () => fail(LOST)))
      throw LOST
    }
    const queue = new UploadQueue(server)

    const done = queue.run(photos)
    await new Promise((then) => setTimeout(then))
    queue.stop()

    await expect(done).rejects.toThrow()
    expect(totals(queue.items).filesSent).toBe(0)
  })
})
