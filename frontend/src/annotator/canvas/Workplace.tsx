/** The annotator's room: tools left, classes and display right, what it is above, how it stands below. */

import { notifications } from '@mantine/notifications'
import { memo, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'

import { t } from '../../shared/texts'
import { Coach } from './Coach'
import { KeyMap } from './KeyMap'
import { useKeysOfPerson } from './keymap'
import { type PageAction, Painter } from './painter'
import { PeopleHere } from './PeopleHere'
import { PanelTabs } from './panels/PanelTabs'
import { PastBanner } from './PastBanner'
import { StatusBar } from './StatusBar'
import { Toolbar } from './Toolbar'
import { TopBar } from './TopBar'
import { StageNotes } from '../workflow/StageNotes'
import { StateMenu } from '../workflow/StateMenu'
import { useReview } from '../workflow/useReview'
import { type Image, type Neighbours, type Project, useFreshGallery, usePrefetch } from './useAnnotation'
import { WhoPainted } from './WhoPainted'
import css from './Workplace.module.css'

export function Workplace(props: {
  image: Image
  project: Project
  neighbours: Neighbours | undefined
  user: number
}) {
  const { image, project, neighbours, user } = props
  const host = useRef<HTMLDivElement>(null)
  const [painter, setPainter] = useState<Painter | null>(null)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const showHelp = useCallback(() => setHelpOpen(true), [])
  const act = useRef<(action: PageAction) => void>(() => {})
  const start = useRef({ image, project, user })
  const navigate = useNavigate()
  const { search } = useLocation()
  const locked = useReview(painter, image, project, user)
  const mayPaint = project.role !== 'viewer' && !locked

  useEffect(() => {
    start.current = { image, project, user }
    act.current = (action) => {
      if (action === 'help') return setHelpOpen(true)
      const id = neighbours?.[action]
      // At once: in slices between frames it would take twice as long.
      if (id) void navigate(`/images/${id}${search}`, { flushSync: true })
    }
  })

  // The room stays when one goes on to the next photo: making it anew would take longer than opening that.
  useEffect(() => {
    const { image, project, user } = start.current
    const painter = new Painter(host.current!, {
      photo: { image: image.id, width: image.width, height: image.height, tile: image.photo.tile },
      classes: project.classes,
      user,
      mayPaint: project.role !== 'viewer',
      say: (message, isProblem) => notifications.show({ message, color: isProblem ? 'red' : 'teal' }),
      act: (action) => act.current(action),
    })
    setPainter(painter)
    host.current!.focus({ preventScroll: true })
    return () => {
      setPainter(null)
      painter.dispose()
    }
  }, [image.id])

  useEffect(() => painter?.setClasses(project.classes), [painter, project.classes])
  useKeysOfPerson()
  usePrefetch(neighbours?.next, search, host)
  useFreshGallery(project.id)

  const room = { image, project, neighbours, user, painter, host, locked, mayPaint }
  return (
    <>
      <Room {...room} onHelp={showHelp} />
      <KeyMap isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  )
}

type RoomProps = {
  image: Image
  project: Project
  neighbours: Neighbours | undefined
  user: number
  painter: Painter | null
  host: RefObject<HTMLDivElement | null>
  /** Why nobody may paint on this photo now. */
  locked: string
  mayPaint: boolean
  onHelp: () => void
}

/** Between two photos nothing is drawn: it would be drawn once more as soon as the next one has its painter. */
const isBetween = (_: RoomProps, { painter, image }: RoomProps): boolean =>
  painter !== null && painter.easel.photo.image !== image.id

const Room = memo(function Room(props: RoomProps) {
  const { image, project, neighbours, user, painter, host, locked, mayPaint, onHelp } = props
  return (
    <div className={css.room}>
      <TopBar image={image} project={project} neighbours={neighbours} onHelp={onHelp}>
        {painter && <PeopleHere presence={painter.presence} />}
        {painter && <StateMenu key={image.id} image={image} me={user} talk={painter.desk.talk} />}
      </TopBar>
      {painter ? (
        <Toolbar painter={painter} mayPaint={mayPaint} locked={locked} />
      ) : (
        <div className={css.tools} />
      )}
      <main className={css.stage}>
        <div
          ref={host}
          className={css.canvas}
          role="application"
          aria-label={t('canvas:title')}
          aria-description={t('canvas:about')}
          tabIndex={0}
        />
        {painter && <PastBanner painter={painter} image={image.id} mayRestore={mayPaint} />}
        {painter && <Coach painter={painter} project={project} mayPaint={mayPaint} />}
        {painter && <WhoPainted painter={painter} classes={project.classes} />}
        {painter && (
          <StageNotes painter={painter} image={image.id} me={user} mayPaint={project.role !== 'viewer'} />
        )}
      </main>
      <aside className={css.side} aria-label={t('canvas:side')}>
        {painter && (
          <PanelTabs painter={painter} image={image} project={project} mayPaint={mayPaint} user={user} />
        )}
      </aside>
      {painter ? (
        <StatusBar
          painter={painter}
          classes={project.classes}
          mayPaint={mayPaint}
          locked={locked}
          photo={image.name}
        />
      ) : (
        <div />
      )}
    </div>
  )
}, isBetween)
