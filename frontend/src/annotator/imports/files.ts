/** Files as people choose them: by dialog, as a folder, or dropped. */

/** A file and the path it is known by: "powerlines/aerial/img/1545.jpg". */
export type Chosen = { path: string; file: File }

const JUNK = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(\/|$)/i

/** Leavings of operating systems that nobody means to import. */
export const isJunk = (path: string) => JUNK.test(path)

/** What was chosen in a file or folder input. */
export function chosenFrom(files: Iterable<File>): Chosen[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter(isWanted)
}

const isWanted = ({ path }: Chosen) => !isJunk(path)

/** What was dropped, folders with everything in them. Call it inside the event: later its list is empty. */
export async function chosenFromDrop(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry)
  if (!entries.length) return chosenFrom(transfer.files)
  const found = await Promise.all(entries.map((entry) => within(entry)))
  return found.flat().filter(isWanted)
}

async function within(entry: FileSystemEntry): Promise<Chosen[]> {
  const path = entry.fullPath.replace(/^\//, '')
  if (isJunk(path)) return []
  if (entry.isFile) {
    const file = await new Promise<File>((good, bad) => (entry as FileSystemFileEntry).file(good, bad))
    return [{ path, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: Chosen[] = []
  for (;;) {
    // A reader gives at most a hundred entries at a time, and none when it is through.
    const some = await new Promise<FileSystemEntry[]>((good, bad) => reader.readEntries(good, bad))
    if (!some.length) return found
    for (const inner of some) found.push(...(await within(inner)))
  }
}

/** Tells the same file chosen again, so that its upload can go on where it stopped. */
export const fingerprint = ({ path, file }: Chosen) => `${path}|${file.size}|${file.lastModified}`.slice(-200)

/** The same paths once each, in the order of their names. */
export function merged(before: readonly Chosen[], more: readonly Chosen[]): Chosen[] {
  const byPath = new Map([...before, ...more].map((chosen) => [chosen.path, chosen]))
  return [...byPath.values()].sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }))
}

/** A project name to propose: the folder or zip that was chosen. */
export function proposedName(chosen: readonly Chosen[]): string {
  const first = chosen[0]?.path ?? ''
  const folder = first.includes('/') ? first.split('/')[0]! : ''
  if (folder && chosen.every(({ path }) => path.startsWith(`${folder}/`))) return folder
  if (chosen.length === 1 && /\.zip$/i.test(first)) return first.replace(/\.zip$/i, '')
  return ''
}
