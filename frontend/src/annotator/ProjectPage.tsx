import { PageHeader } from '../shared/parts'

export default function ProjectPage() {
  return <PageHeader title="Project" />
}
