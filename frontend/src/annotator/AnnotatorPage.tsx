import { Container } from '@mantine/core'
import { useEffect } from 'react'
import { Link, useLocation, useParams } from 'react-router'

import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'
import { t } from '../shared/texts'
import { useImage, useNeighbours, useProject } from './canvas/useAnnotation'
import { Workplace } from './canvas/Workplace'

/** Painting the mask of one photo. */
export default function AnnotatorPage() {
  const id = Number(useParams().imageId)
  const { search } = useLocation()
  const image = useImage(id)
  const project = useProject(image.data?.project)
  const neighbours = useNeighbours(id, search)
  const user = useSession().data?.user
  const name = image.data?.name

  useEffect(() => {
    if (name) document.title = t('shared:page_title', { title: name })
  }, [name])

  const problem = image.error ?? project.error
  if (problem) {
    return (
      <Container py="xl">
        <PageHeader title={t('canvas:cannot_open')} />
        <ProblemAlert error={problem} />
        <Link to="/projects">{t('canvas:back_to_projects')}</Link>
      </Container>
    )
  }
  if (!image.data || !project.data || !user) return <Loading label={t('canvas:opening')} />
  return <Workplace image={image.data} project={project.data} neighbours={neighbours.data} user={user.id} />
}
