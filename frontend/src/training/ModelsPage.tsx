import { PageHeader } from '../shared/parts'

export default function ModelsPage() {
  return <PageHeader title="My models" />
}
