import { PageHeader } from '../shared/parts'

export default function JobsPage() {
  return <PageHeader title="Jobs" />
}
