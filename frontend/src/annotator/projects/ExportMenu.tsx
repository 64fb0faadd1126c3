/** A project as files: choose the format, wait for the job, download. */

import { Anchor, Button, Menu, Text } from '@mantine/core'
import { IconDownload, IconPackageExport } from '@tabler/icons-react'
import { useState } from 'react'

import { api } from '../../shared/api'
import { JobDialog } from '../../shared/JobDialog'
import { ProblemAlert } from '../../shared/parts'
import type { Job, Project } from '../../shared/types'

const FORMATS = [
  {
    value: 'supervisely',
    label: 'Supervisely',
    hint: 'Photos, objects, classes and tags; comes back as it went',
  },
  {
    value: 'png',
    label: 'PNG label maps',
    hint: '8 bit: 0 background, classes in classes.json, neutral 255',
  },
]

export function ExportMenu({ project }: { project: Project }) {
  const [jobId, setJobId] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const start = (format: string) => {
    setError(null)
    api
      .post<Job>(`/api/projects/${project.id}/export/`, { format })
      .then((job) => setJobId(job.id))
      .catch(setError)
  }
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconPackageExport size={18} />}
            disabled={!project.image_count}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map(({ value, label, hint }) => (
            <Menu.Item key={value} onClick={() => start(value)}>
              {label}
              <Text size="xs" c="dimmed">
                {hint}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ProblemAlert error={error} />
      <JobDialog jobId={jobId} title={`Exporting ${project.name}`} onClose={() => setJobId(null)}>
        {(job) => (
          <>
            <Text>The archive is ready.</Text>
            <Anchor href={`/api/jobs/${job.id}/download/`} download>
              <IconDownload size={16} style={{ verticalAlign: '-3px' }} aria-hidden /> Download the zip
            </Anchor>
          </>
        )}
      </JobDialog>
    </>
  )
}
