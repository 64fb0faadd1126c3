import { PageHeader } from '../shared/parts'

export default function ProjectsPage() {
  return <PageHeader title="Projects" />
}
