/** Where a project comes from: who made it, when, by which job, from what, with which settings. */

import { Code, CopyButton, Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

import { count, when } from '../../shared/format'
import type { Project } from '../../shared/types'
import { documentOf, otherFacts } from './lineage'
import { Story } from './Story'

export function AboutTab({ project }: { project: Project }) {
  const document = documentOf(project.lineage)
  return (
    <Stack gap="lg" maw={900}>
      <Text style={{ whiteSpace: 'pre-wrap' }}>
        {project.description || <span style={{ color: 'var(--ink-soft)' }}>No description yet.</span>}
      </Text>
      <Table variant="vertical" withTableBorder aria-label="About this project" bg="var(--surface)">
        <Table.Tbody>
          <Fact name="Created">
            {when(project.created_at)}
            {project.created_by && ` by ${project.created_by}`}
          </Fact>
          <Fact name="Made by">
            <Story project={project} />
          </Fact>
          {project.made_by && (
            <Fact name="Job">
              <Link to={`/jobs/${project.made_by.id}`}>{project.made_by.title}</Link>
            </Fact>
          )}
          {project.source && (
            <Fact name="Source project">
              <Link to={`/projects/${project.source.id}`}>{project.source.name}</Link>
            </Fact>
          )}
          <Fact name="Photos">
            {count(project.image_count)}, {count(project.annotated_count)} of them annotated
          </Fact>
          {otherFacts(project.lineage).map(({ name, text }) => (
            <Fact key={name} name={name}>
              {text}
            </Fact>
          ))}
          <Fact name="Your role">{project.role}</Fact>
        </Table.Tbody>
      </Table>
      {document && (
        <div>
          <Group justify="space-between" mb="xs">
            <Title order={2}>{document.title}</Title>
            <CopyButton value={document.text}>
              {({ copied, copy }) => (
                <Button variant="subtle" size="compact-sm" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
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
