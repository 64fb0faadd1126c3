/** What is shown when a page is not there, or breaks. */

import { Anchor, Code } from '@mantine/core'
import { Link, useRouteError } from 'react-router'

import { sentenceOf } from '../shared/api'
import { EmptyState } from '../shared/parts'
import { t } from '../shared/texts'

export function Failure({ isMissing = false }: { isMissing?: boolean }) {
  const error = useRouteError()
  return (
    <EmptyState
      isPage
      title={isMissing ? t('app:failure.missing') : t('app:failure.broken')}
      action={
        <Anchor component={Link} to="/projects" reloadDocument>
          {t('app:failure.back')}
        </Anchor>
      }
    >
      {isMissing ? t('app:failure.old') : <Code>{sentenceOf(error)}</Code>}
    </EmptyState>
  )
}
