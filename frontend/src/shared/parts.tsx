/** Small parts that every page uses, so that headings, empty states and problems look alike everywhere. */

import {
  Alert,
  Badge,
  Box,
  Button,
  Center,
  Group,
  Loader,
  Modal,
  Progress,
  Stack,
  Text,
  Title,
} from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { Link } from 'react-router'

import { sentenceOf } from './api'
import { percent } from './format'
import { t } from './texts'
import type { Job, JobStatus } from './types'

/** The one h1 of a page, with what can be done there. */
export function PageHeader(props: {
  title: string
  subtitle?: ReactNode
  back?: { to: string; label: string }
  children?: ReactNode
}) {
  useEffect(() => {
    document.title = `${props.title} · Catenary`
  }, [props.title])
  return (
    <Group justify="space-between" align="flex-start" mb="lg">
      <Box style={{ minWidth: 0, flex: '1 1 240px' }}>
        {props.back && (
          <Text size="sm" mb={2}>
            <Link to={props.back.to}>← {props.back.label}</Link>
          </Text>
        )}
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
          {props.title}
        </Title>
        {props.subtitle && (
          <Text c="dimmed" size="sm" mt={4} component="div">
            {props.subtitle}
          </Text>
        )}
      </Box>
      <Group gap="sm" style={{ maxWidth: '100%' }}>
        {props.children}
      </Group>
    </Group>
  )
}

/** What a page shows when there is nothing yet: what this place is for and the next step. */
export function EmptyState(props: {
  /** Whether it stands for the whole page, and so carries its h1. */
  isPage?: boolean
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <Center py={72}>
      <Stack align="center" gap="sm" maw={640}>
        {props.icon && <Box c="teal.7">{props.icon}</Box>}
        <Title order={props.isPage ? 1 : 2} ta="center">
          {props.title}
        </Title>
        {props.children && (
          <Text c="dimmed" ta="center" component="div" maw={520}>
            {props.children}
          </Text>
        )}
        {props.action && (
          <Group mt="sm" justify="center">
            {props.action}
          </Group>
        )}
      </Stack>
    </Center>
  )
}

/** A failure as a sentence. Renders nothing when there is none. */
export function ProblemAlert({ error, title }: { error: unknown; title?: string }) {
  if (!error) return null
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={title} role="alert" my="sm">
      {sentenceOf(error)}
    </Alert>
  )
}

export function Loading({ label = t('shared:loading') }: { label?: string }) {
  return (
    <Center py={96}>
      <Loader aria-label={label} />
    </Center>
  )
}

const STATUS_COLOURS: Record<JobStatus, string> = {
  queued: 'gray',
  running: 'teal',
  finished: 'green',
  stopped: 'green',
  cancelled: 'gray',
  failed: 'red',
  interrupted: 'orange',
}

export function StatusBadge({ status }: { status: JobStatus }) {
  return (
    <Badge color={STATUS_COLOURS[status]} variant="light">
      {t(`shared:status.${status}`)}
    </Badge>
  )
}

/** A job's bar with what it is doing; its problem when it has one. */
export function JobProgress({ job }: { job: Job }) {
  if (job.problem) return <ProblemAlert error={new Error(job.problem)} />
  return (
    <Box>
      <Progress
        value={100 * job.done}
        striped={job.status === 'running'}
        aria-label={t('shared:progress_of', { title: job.title })}
      />
      <Text size="sm" c="dimmed" mt={4} style={{ minHeight: '1.4em' }}>
        {job.status === 'queued' ? t('shared:waiting') : `${percent(job.done)} ${job.doing}`}
      </Text>
    </Box>
  )
}

/** A button that asks before it does something that cannot be overlooked. */
export function ConfirmButton(props: {
  label: ReactNode
  question: string
  explanation?: ReactNode
  confirm: string
  onConfirm: () => void | Promise<unknown>
  color?: string
  variant?: string
  size?: string
  disabled?: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const go = async () => {
    setBusy(true)
    setError(null)
    try {
      await props.onConfirm()
      setOpen(false)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        color={props.color ?? 'red'}
        variant={props.variant ?? 'subtle'}
        size={props.size ?? 'sm'}
        disabled={props.disabled}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={props.question} centered>
        {props.explanation && <Text mb="md">{props.explanation}</Text>}
        <ProblemAlert error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setOpen(false)}>
            {t('shared:keep')}
          </Button>
          <Button color={props.color ?? 'red'} loading={isBusy} onClick={() => void go()}>
            {props.confirm}
          </Button>
        </Group>
      </Modal>
    </>
  )
}
