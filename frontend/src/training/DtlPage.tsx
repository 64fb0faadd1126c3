import { PageHeader } from '../shared/parts'

export default function DtlPage() {
  return <PageHeader title="Build dataset" />
}
