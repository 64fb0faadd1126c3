/** Asking for a name before something is made or renamed; a refusal is shown where it was asked. */

import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'

import { ProblemAlert } from './parts'
import { t } from './texts'

export function NameDialog(props: {
  title: string
  /** What the name is of: "Title", "Name". */
  label: string
  proposed: string
  confirm: string
  onConfirm: (name: string) => Promise<unknown>
  onClose: () => void
}) {
  const [name, setName] = useState(props.proposed)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const confirm = async () => {
    setBusy(true)
    setError(null)
    try {
      await props.onConfirm(name.trim())
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={props.onClose} title={props.title} centered>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        <TextInput
          label={props.label}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          required
        />
        <ProblemAlert error={error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={props.onClose}>
            {t('shared:close')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!name.trim()}>
            {props.confirm}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
