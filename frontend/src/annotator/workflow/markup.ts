/** The few marks a guide may be written with, read into a tree: what is no mark is shown as it stands. */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'emphasis'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; parts: Inline[] }

export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; parts: Inline[] }
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'list'; isNumbered: boolean; items: Inline[][] }
  | { kind: 'rule' }

const HEADING = /^(#{1,3})\s+(.+?)\s*#*$/
const BULLET = /^\s*[-*•]\s+(.*)$/
const NUMBER = /^\s*\d{1,3}[.)]\s+(.*)$/
const RULE = /^\s*(-{3,}|\*{3,})\s*$/

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  // What the next line may go on with; an empty line ends it.
  let open: Block | null = null
  const add = (block: Block) => {
    blocks.push(block)
    open = block
  }
  for (const line of text.split(/\r\n|\r|\n/)) {
    const before: Block | null = open as Block | null
    if (line.trim() === '') {
      open = null
      continue
    }
    const heading = HEADING.exec(line)
    if (heading) {
      blocks.push({
        kind: 'heading',
        level: heading[1]!.length as 1 | 2 | 3,
        parts: inlineOf(heading[2]!),
      })
      open = null
      continue
    }
    if (RULE.test(line)) {
      blocks.push({ kind: 'rule' })
      open = null
      continue
    }
    const item = BULLET.exec(line) ?? NUMBER.exec(line)
    if (item) {
      const isNumbered = !BULLET.test(line)
      const parts = inlineOf(item[1]!)
      if (before?.kind === 'list' && before.isNumbered === isNumbered) before.items.push(parts)
      else add({ kind: 'list', isNumbered, items: [parts] })
      continue
    }
    if (before?.kind === 'paragraph') before.lines.push(inlineOf(line))
    else if (before?.kind === 'list')
      before.items.at(-1)!.push({ kind: 'text', text: ' ' }, ...inlineOf(line.trim()))
    else add({ kind: 'paragraph', lines: [inlineOf(line)] })
  }
  return blocks
}

/** Deeper than this nobody nests marks, and nothing is read any more. */
const DEEPEST = 4
const LINK = /\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)/y
const BARE_LINK = /https?:\/\/[^\s<>"')\]]{1,2000}[^\s<>"')\].,;:!?]/y
const MARKS: readonly { mark: string; kind: 'strong' | 'emphasis' }[] = [
  { mark: '**', kind: 'strong' },
  { mark: '*', kind: 'emphasis' },
  { mark: '_', kind: 'emphasis' },
]

export function inlineOf(text: string, depth = 0): Inline[] {
  const parts: Inline[] = []
  let plain = ''
  const flush = () => {
    if (plain) parts.push({ kind: 'text', text: plain })
    plain = ''
  }
  const take = (part: Inline, length: number) => {
    flush()
    parts.push(part)
    at += length
  }
  let at = 0
  while (at < text.length) {
    const code = text[at] === '`' ? text.indexOf('`', at + 1) : -1
    if (code > at + 1) {
      take({ kind: 'code', text: text.slice(at + 1, code) }, code + 1 - at)
      continue
    }
    const link = matchAt(LINK, text, at)
    if (link && isSafe(link[2]!)) {
      take({ kind: 'link', href: link[2]!, parts: inlineOf(link[1]!, DEEPEST) }, link[0].length)
      continue
    }
    const isWordStart = at === 0 || !/\w/.test(text[at - 1]!)
    const bare = isWordStart ? matchAt(BARE_LINK, text, at) : null
    if (bare) {
      take({ kind: 'link', href: bare[0], parts: [{ kind: 'text', text: bare[0] }] }, bare[0].length)
      continue
    }
    const marked = depth < DEEPEST && isWordStart ? markedAt(text, at, depth) : null
    if (marked) {
      take(marked.part, marked.length)
      continue
    }
    plain += text[at++]
  }
  flush()
  return parts
}

/** What is between two equal marks from here on, neither of them beside a space on the inside. */
function markedAt(text: string, at: number, depth: number): { part: Inline; length: number } | null {
  for (const { mark, kind } of MARKS) {
    if (!text.startsWith(mark, at)) continue
    const from = at + mark.length
    if (from >= text.length || /\s/.test(text[from]!)) continue
    let end = text.indexOf(mark, from + 1)
    // The two stars of something strong are no end of an emphasis around it.
    while (end > 0 && mark === '*' && text[end + 1] === '*') end = text.indexOf(mark, end + 2)
    if (end < 0 || /\s/.test(text[end - 1]!) || /\w/.test(text[end + mark.length] ?? ' ')) continue
    const part: Inline = { kind, parts: inlineOf(text.slice(from, end), depth + 1) }
    return { part, length: end + mark.length - at }
  }
  return null
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Addresses that lead to a page and run nothing. */
const isSafe = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href)
