/** Where a project comes from: who made it, when, by which job, from what, with which settings. */

import { Code, CopyButton, Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { when } from '../../shared/format'
import { t } from '../../shared/texts'
import type { Project } from '../../shared/types'
import { documentOf, otherFacts } from './lineage'
import { Story } from './Story'

export function AboutTab({ project }: { project: Project }) {
  const document = documentOf(project.lineage)
  return (
    <Stack gap="lg" maw={900}>
      <Text style={{ whiteSpace: 'pre-wrap' }}>
        {project.description || (
          <span style={{ color: 'var(--ink-soft)' }}>{t('projects:about.no_description')}</span>
        )}
      </Text>
      <Table variant="vertical" withTableBorder aria-label={t('projects:about.title')} bg="var(--surface)">
        <Table.Tbody>
          <Fact name={t('projects:about.created')}>
            {project.created_by
              ? t('projects:about.created_by', { when: when(project.created_at), who: project.created_by })
              : when(project.created_at)}
          </Fact>
          <Fact name={t('projects:about.made_by')}>
            <Story project={project} />
          </Fact>
          {project.made_by && (
            <Fact name={t('projects:about.job')}>
              <Link to={`/jobs/${project.made_by.id}`}>{project.made_by.title}</Link>
            </Fact>
          )}
          {project.source && (
            <Fact name={t('projects:about.source')}>
              <Link to={`/projects/${project.source.id}`}>{project.source.name}</Link>
            </Fact>
          )}
          <Fact name={t('projects:photos')}>
            {t('projects:about.photos', { all: project.image_count, annotated: project.annotated_count })}
          </Fact>
          {otherFacts(project.lineage).map(({ name, text }) => (
            <Fact key={name} name={name}>
              {text}
            </Fact>
          ))}
          <Fact name={t('projects:about.role')}>{t(`shared:role.${project.role}`)}</Fact>
        </Table.Tbody>
      </Table>
      {document && (
        <div>
          <Group justify="space-between" mb="xs">
            <Title order={2}>{document.title}</Title>
            <CopyButton value={document.text}>
              {({ copied, copy }) => (
                <Button variant="subtle" size="compact-sm" onClick={copy}>
                  {copied ? t('shared:copied') : t('shared:copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block tabIndex={0} aria-label={document.title} style={{ maxHeight: 480, overflow: 'auto' }}>
            {document.text}
          </Code>
        </div>
      )}
    </Stack>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={180}>{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}
