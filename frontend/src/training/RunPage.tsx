import { PageHeader } from '../shared/parts'

export default function RunPage() {
  return <PageHeader title="Run" />
}
