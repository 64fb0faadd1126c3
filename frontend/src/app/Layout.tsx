/** The frame around every page: who we are, where one can go, what is running. */

import {
  ActionIcon,
  Anchor,
  AppShell,
  Badge,
  Box,
  Burger,
  Container,
  Group,
  Menu,
  NavLink,
  Text,
  UnstyledButton,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconBinaryTree2,
  IconBoxModel2,
  IconListCheck,
  IconPhotoScan,
  IconSchool,
  IconStack2,
  IconUserCircle,
} from '@tabler/icons-react'
import { useEffect } from 'react'
import { Link, Navigate, Outlet, useLocation, useMatches, useNavigate } from 'react-router'

import { Unsent } from '../annotator/unsent/Unsent'
import { api } from '../shared/api'
import { isActive, useJobs } from '../shared/jobs'
import { Loading, ProblemAlert } from '../shared/parts'
import { useLanguageOf, useSession, useSetSession } from '../shared/session'
import { t } from '../shared/texts'
import type { Job, Session } from '../shared/types'
import classes from './Layout.module.css'

const PLACES = [
  { to: '/projects', label: 'projects', icon: IconPhotoScan, also: ['/images'] },
  { to: '/dtl', label: 'dtl', icon: IconBinaryTree2, also: [] },
  { to: '/training', label: 'training', icon: IconSchool, also: [] },
  { to: '/models', label: 'models', icon: IconBoxModel2, also: [] },
  { to: '/predict', label: 'predict', icon: IconStack2, also: ['/predictions', '/review'] },
  { to: '/jobs', label: 'jobs', icon: IconListCheck, also: [] },
] as const

export function Layout() {
  const session = useSession()
  useLanguageOf(session.data)
  const location = useLocation()
  if (session.isPending) return <Loading />
  if (session.error) return <ProblemAlert error={session.error} title={t('app:unreachable')} />
  if (!session.data.user) {
    return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />
  }
  return (
    <>
      <Frame user={session.data.user} />
      <Unsent user={session.data.user.id} />
    </>
  )
}

function Frame({ user }: { user: NonNullable<Session['user']> }) {
  const handles = useMatches().map((match) => (match.handle ?? {}) as { isFull?: boolean; isWide?: boolean })
  const isFull = handles.some((handle) => handle.isFull)
  const isWide = handles.some((handle) => handle.isWide)
  const running = (useJobs() ?? []).filter(isActive)
  const { pathname } = useLocation()
  const [isOpen, { toggle, close }] = useDisclosure()
  // Where the window is narrow the places lie over the page, until one was chosen.
  useEffect(close, [pathname, close])
  // The annotator and the review need every pixel: the photo is what one came for.
  if (isFull) return <Outlet />
  return (
    <AppShell
      header={{ height: { base: 48, xs: 0 } }}
      navbar={{ width: 208, breakpoint: 'xs', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', xs: 'lg' }}
    >
      <AppShell.Header hiddenFrom="xs" className={classes.header}>
        <Burger
          opened={isOpen}
          onClick={toggle}
          size="sm"
          aria-label={t('app:main')}
          aria-expanded={isOpen}
        />
        <Brand />
      </AppShell.Header>
      <AppShell.Navbar p="sm" className={classes.navbar} aria-label={t('app:main')}>
        <Box visibleFrom="xs">
          <Brand />
        </Box>
        <Places running={running} />
        <UserMenu user={user} />
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        {isWide ? (
          <Outlet />
        ) : (
          <Container size={1480} px={0}>
            <Outlet />
          </Container>
        )}
      </AppShell.Main>
    </AppShell>
  )
}

function Brand() {
  return (
    <Anchor component={Link} to="/projects" underline="never" className={classes.brand}>
      <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={26} height={26} />
      Catenary
    </Anchor>
  )
}

function Places({ running }: { running: Job[] }) {
  const { pathname } = useLocation()
  return (
    <div className={classes.places}>
      {PLACES.map(({ to, label, icon: Icon, also }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={t(`app:place.${label}`)}
          active={[to, ...also].some((start) => pathname.startsWith(start))}
          leftSection={<Icon size={19} stroke={1.6} />}
          rightSection={
            to === '/jobs' && running.length > 0 ? (
              <Badge size="sm" circle aria-label={t('app:running', { count: running.length })}>
                {running.length}
              </Badge>
            ) : null
          }
          className={classes.place}
        />
      ))}
    </div>
  )
}

function UserMenu({ user }: { user: NonNullable<Session['user']> }) {
  const setSession = useSetSession()
  const navigate = useNavigate()
  const signOut = async () => {
    await api.post('/api/session/logout/')
    setSession(null)
    void navigate('/login')
  }
  return (
    <Menu position="right-end" width={200}>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={t('app:account_of', { name: user.name })}>
          <Group gap="xs" wrap="nowrap">
            <ActionIcon variant="subtle" component="span" aria-hidden>
              <IconUserCircle size={22} stroke={1.6} />
            </ActionIcon>
            <Text size="sm" truncate>
              {user.name}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account">
          {t('app:account_menu')}
        </Menu.Item>
        <Menu.Item component={Link} to="/people">
          {t('app:people.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t('app:sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
