import { Container } from '@mantine/core'
import { useEffect } from 'react'
import { Link, useLocation, useParams } from 'react-router'

import { Loading, PageHeader, ProblemAlert } from '../shared/parts'
import { useSession } from '../shared/session'
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
    if (name) document.title = `${name} · Catenary`
  }, [name])

  const problem = image.error ?? project.error
  if (problem) {
    return (
      <Container py="xl">
        <PageHeader title="This photo cannot be opened" />
        <ProblemAlert error={problem} />
        <Link to="/projects">Back to the projects</Link>
      </Container>
    )
  }
  if (!image.data || !project.data || !user) return <Loading label="Opening the photo" />
  return (
    <Workplace
      key={id}
      image={image.data}
      project={project.data}
      neighbours={neighbours.data}
      user={user.id}
    />
  )
}
