import { PageHeader } from '../shared/parts'

export default function TrainingPage() {
  return <PageHeader title="Train" />
}
