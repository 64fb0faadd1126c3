/** Adding pictures to a guide, and changing what is said of them. */

import {
  Button,
  Group,
  Modal,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  UnstyledButton,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { address, api, send } from '../../shared/api'
import { ProblemAlert } from '../../shared/parts'
import { t } from '../../shared/texts'
import type { Example, Image, Project, Verdict } from '../../shared/types'
import { useImages } from '../records'
import { useRefreshGuide } from './records'
import { middle, type Region } from './region'
import { RegionPicker } from './RegionPicker'
import css from './workflow.module.css'

type Words = { verdict: Verdict; caption: string }

/** Ask for what is said of a picture; `save` sends it. */
function WordsForm(props: {
  project: Project
  start?: Words
  submit: string
  save: (words: Words) => Promise<unknown>
  onClose: () => void
  children?: ReactNode
  extra?: ReactNode
}) {
  const { start, submit, save, onClose } = props
  const [words, setWords] = useState<Words>(start ?? { verdict: 'good', caption: '' })
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const refresh = useRefreshGuide(props.project.id)
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await save({ ...words, caption: words.caption.trim() })
      await refresh()
      onClose()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Stack component="form" gap="sm" onSubmit={(event) => void go(event)}>
      {props.children}
      <Group gap="sm">
        <Text size="sm" fw={500}>
          {t('workflow:guide.verdict')}
        </Text>
        <SegmentedControl
          aria-label={t('workflow:guide.verdict')}
          value={words.verdict}
          onChange={(value) => setWords({ ...words, verdict: value as Verdict })}
          data={(['good', 'bad'] as const).map((value) => ({ value, label: t(`workflow:guide.${value}`) }))}
        />
      </Group>
      <Textarea
        label={t('workflow:guide.caption')}
        placeholder={t('workflow:guide.caption_hint')}
        value={words.caption}
        onChange={(event) => setWords({ ...words, caption: event.currentTarget.value })}
        maxLength={300}
        autosize
        minRows={2}
        data-autofocus
      />
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        {props.extra}
        <Button variant="default" onClick={onClose}>
          {t('workflow:guide.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {submit}
        </Button>
      </Group>
    </Stack>
  )
}

/** A part of one of the project's photos. */
export function NewRegion(props: { project: Project; isOpen: boolean; onClose: () => void }) {
  const [image, setImage] = useState<Image | null>(null)
  const close = () => {
    setImage(null)
    props.onClose()
  }
  return (
    <Modal
      opened={props.isOpen}
      onClose={close}
      size={image ? 'lg' : 'xl'}
      title={image ? t('workflow:guide.add_region') : t('workflow:guide.choose_photo')}
    >
      {image ? (
        <RegionForm
          project={props.project}
          image={image}
          start={middle(image)}
          onBack={() => setImage(null)}
          onClose={close}
        />
      ) : (
        <PhotoChoice project={props.project} onChoose={setImage} />
      )}
    </Modal>
  )
}

export function RegionForm(props: {
  project: Project
  image: Image
  start: Region
  onBack?: () => void
  onClose: () => void
}) {
  const { project, image } = props
  const [region, setRegion] = useState<Region>(props.start)
  const [showsMask, setShowsMask] = useState(image.is_annotated)
  const save = (words: Words) =>
    api.post(`/api/projects/${project.id}/guide/examples/`, {
      image: image.id,
      box: [region.left, region.top, region.right, region.bottom],
      shows_mask: showsMask,
      ...words,
    })
  return (
    <WordsForm project={project} submit={t('workflow:guide.add')} save={save} onClose={props.onClose}>
      <RegionPicker image={image} region={region} showsMask={showsMask} onChange={setRegion} />
      <Group justify="space-between">
        <Switch
          label={t('workflow:guide.shows_mask')}
          checked={showsMask}
          onChange={(event) => setShowsMask(event.currentTarget.checked)}
        />
        {props.onBack && (
          <Button variant="subtle" size="compact-sm" onClick={props.onBack}>
            {t('workflow:guide.other_photo')}
          </Button>
        )}
      </Group>
    </WordsForm>
  )
}

const SHOWN = 24

function PhotoChoice({ project, onChoose }: { project: Project; onChoose: (image: Image) => void }) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 250)
  const found = useImages(project.id, { search, page_size: SHOWN })
  return (
    <Stack gap="sm">
      <TextInput
        aria-label={t('workflow:guide.search_photo')}
        placeholder={t('workflow:guide.search_photo')}
        leftSection={<IconSearch size={16} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemAlert error={found.error} />
      {found.data?.count === 0 && <Text c="dimmed">{t('workflow:guide.no_photo')}</Text>}
      <div className={css.photoChoice}>
        {found.data?.results.map((image) => (
          <UnstyledButton key={image.id} className={css.photo} onClick={() => onChoose(image)}>
            <span className={css.photoPicture}>
              <img src={image.thumbnail} alt="" loading="lazy" />
              {image.overlay && <img src={image.overlay} alt="" loading="lazy" />}
            </span>
            <Text size="sm" truncate>
              {image.name}
            </Text>
          </UnstyledButton>
        ))}
      </div>
    </Stack>
  )
}

/** A picture of one's own. */
export function NewPicture(props: { project: Project; file: File | null; onClose: () => void }) {
  const { project, file, onClose } = props
  return (
    <Modal opened={file !== null} onClose={onClose} title={t('workflow:guide.add_picture')}>
      {file && <PictureForm project={project} file={file} onClose={onClose} />}
    </Modal>
  )
}

function PictureForm({ project, file, onClose }: { project: Project; file: File; onClose: () => void }) {
  const picture = useRef<HTMLImageElement>(null)
  useEffect(() => {
    const url = URL.createObjectURL(file)
    picture.current!.src = url
    return () => URL.revokeObjectURL(url)
  }, [file])
  const save = ({ verdict, caption }: Words) =>
    send('POST', address(`/api/projects/${project.id}/guide/pictures/`, { verdict, caption }), file, {
      headers: { 'Content-Type': 'application/octet-stream' },
    })
  return (
    <WordsForm project={project} submit={t('workflow:guide.add')} save={save} onClose={onClose}>
      <img ref={picture} alt={file.name} className={css.chosenPicture} />
    </WordsForm>
  )
}

/** Other words for an example, or none of it any more. */
export function ChangeExample(props: {
  project: Project
  example: Example | null
  onClose: () => void
  removeIcon?: ReactNode
}) {
  const { project, example, onClose } = props
  return (
    <Modal opened={example !== null} onClose={onClose} title={t('workflow:guide.change')}>
      {example && (
        <ChangeForm project={project} example={example} onClose={onClose} icon={props.removeIcon} />
      )}
    </Modal>
  )
}

function ChangeForm(props: { project: Project; example: Example; onClose: () => void; icon: ReactNode }) {
  const { project, example, onClose } = props
  const [isRemoving, setRemoving] = useState(false)
  const path = `/api/examples/${example.id}/`
  if (isRemoving) {
    return <Removing project={project} path={path} onKeep={() => setRemoving(false)} onClose={onClose} />
  }
  return (
    <WordsForm
      project={project}
      start={{ verdict: example.verdict, caption: example.caption }}
      submit={t('workflow:guide.save')}
      save={(words) => api.patch(path, words)}
      onClose={onClose}
      extra={
        <Button
          variant="subtle"
          color="red"
          mr="auto"
          leftSection={props.icon}
          onClick={() => setRemoving(true)}
        >
          {t('workflow:guide.remove')}
        </Button>
      }
    >
      <img src={example.picture} alt={example.caption} className={css.chosenPicture} />
    </WordsForm>
  )
}

function Removing(props: { project: Project; path: string; onKeep: () => void; onClose: () => void }) {
  const [error, setError] = useState<unknown>(null)
  const refresh = useRefreshGuide(props.project.id)
  const remove = async () => {
    try {
      await api.delete(props.path)
      props.onClose()
      await refresh()
    } catch (problem) {
      setError(problem)
    }
  }
  return (
    <>
      <Text mb="md">{t('workflow:guide.remove_question')}</Text>
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onKeep} data-autofocus>
          {t('workflow:guide.keep')}
        </Button>
        <Button color="red" onClick={() => void remove()}>
          {t('workflow:guide.remove')}
        </Button>
      </Group>
    </>
  )
}
