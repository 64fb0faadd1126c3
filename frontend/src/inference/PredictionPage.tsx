import { PageHeader } from '../shared/parts'

export default function PredictionPage() {
  return <PageHeader title="Prediction" />
}
