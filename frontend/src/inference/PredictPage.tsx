import { PageHeader } from '../shared/parts'

export default function PredictPage() {
  return <PageHeader title="Predict" />
}
