/** What is shown when a page is not there, or breaks. */

import { Anchor, Code } from '@mantine/core'
import { Link, useRouteError } from 'react-router'

import { sentenceOf } from '../shared/api'
import { EmptyState } from '../shared/parts'

export function Failure({ isMissing = false }: { isMissing?: boolean }) {
  const error = useRouteError()
  return (
    <EmptyState
      isPage
      title={isMissing ? 'There is no such page' : 'This page could not be shown'}
      action={
        <Anchor component={Link} to="/projects" reloadDocument>
          Back to the projects
        </Anchor>
      }
    >
      {isMissing ? 'The address may be old, or mistyped.' : <Code>{sentenceOf(error)}</Code>}
    </EmptyState>
  )
}
