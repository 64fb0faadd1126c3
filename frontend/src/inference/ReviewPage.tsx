import { PageHeader } from '../shared/parts'

export default function ReviewPage() {
  return <PageHeader title="Review" />
}
