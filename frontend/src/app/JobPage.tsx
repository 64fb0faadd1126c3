import { PageHeader } from '../shared/parts'

export default function JobPage() {
  return <PageHeader title="Job" />
}
