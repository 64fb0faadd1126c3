/** A guide's text as it was meant. Elements are made from the tree; no HTML of anybody's is ever parsed. */

import { Fragment } from 'react'

import { blocksOf, type Block, type Inline } from './markup'
import css from './workflow.module.css'

export function Markup({ text, headingFrom = 3 }: { text: string; headingFrom?: 2 | 3 | 4 }) {
  return (
    <div className={css.markup}>
      {blocksOf(text).map((block, at) => (
        <Fragment key={at}>{drawn(block, headingFrom)}</Fragment>
      ))}
    </div>
  )
}

function drawn(block: Block, headingFrom: number) {
  switch (block.kind) {
    case 'heading': {
      const Heading = `h${headingFrom + block.level - 1}` as 'h2' | 'h3' | 'h4' | 'h5' | 'h6'
      return <Heading data-level={block.level}>{inline(block.parts)}</Heading>
    }
    case 'paragraph':
      return (
        <p>
          {block.lines.map((line, at) => (
            <Fragment key={at}>
              {at > 0 && <br />}
              {inline(line)}
            </Fragment>
          ))}
        </p>
      )
    case 'list': {
      const List = block.isNumbered ? 'ol' : 'ul'
      return (
        <List>
          {block.items.map((item, at) => (
            <li key={at}>{inline(item)}</li>
          ))}
        </List>
      )
    }
    case 'rule':
      return <hr />
  }
}

function inline(parts: readonly Inline[]) {
  return parts.map((part, at) => {
    switch (part.kind) {
      case 'text':
        return <Fragment key={at}>{part.text}</Fragment>
      case 'code':
        return <code key={at}>{part.text}</code>
      case 'strong':
        return <strong key={at}>{inline(part.parts)}</strong>
      case 'emphasis':
        return <em key={at}>{inline(part.parts)}</em>
      case 'link':
        return (
          <a key={at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {inline(part.parts)}
          </a>
        )
    }
  })
}
