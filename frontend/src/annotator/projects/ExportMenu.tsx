/** A project as files: choose the format, wait for the job, download. */

import { Anchor, Button, Menu, Text } from '@mantine/core'
import { IconDownload, IconPackageExport } from '@tabler/icons-react'
import { useState } from 'react'

import { api } from '../../shared/api'
import { JobDialog } from '../../shared/JobDialog'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Job, Project } from '../../shared/types'

const FORMATS = ['supervisely', 'png'] as const

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
            {t('projects:export.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FORMATS.map((format) => (
            <Menu.Item key={format} onClick={() => start(format)}>
              {t(`projects:export.${format}`)}
              <Text size="xs" c="dimmed">
                {t(`projects:export.${format}_holds`)}
              </Text>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ProblemAlert error={error} />
      <JobDialog
        jobId={jobId}
        title={t('projects:export.busy', { name: project.name })}
        onClose={() => setJobId(null)}
      >
        {(job) => (
          <>
            <Text>{t('projects:export.ready')}</Text>
            <Anchor href={`/api/jobs/${job.id}/download/`} download>
              <IconDownload size={16} style={{ verticalAlign: '-3px' }} aria-hidden /> {t('shared:zip')}
            </Anchor>
          </>
        )}
      </JobDialog>
    </>
  )
}
