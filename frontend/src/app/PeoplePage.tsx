import { PageHeader } from '../shared/parts'

export default function PeoplePage() {
  return <PageHeader title="People" />
}
