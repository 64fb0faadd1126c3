import { PageHeader } from '../shared/parts'

export default function AccountPage() {
  return <PageHeader title="Account" />
}
