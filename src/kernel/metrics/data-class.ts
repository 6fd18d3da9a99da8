import type { DataClass } from '../data-class.ts'
import type { DataOf } from '../patient-filter.ts'
import { metrics } from './index.ts'
import type { Metric } from './metric.ts'

const byCategory: Readonly<Record<Metric['category'], DataClass>> = {
  'vital-signs': 'vital-signs',
  laboratory: 'laboratory',
  activity: 'activity',
  environment: 'activity',
  device: 'devices',
  therapy: 'medication',
  procedure: 'vital-signs',
}

function classOf(metric: Metric): DataClass {
  if (metric.kind === 'waveform') return 'waveforms'
  if (/glucose|insulin/.test(metric.id)) return 'glucose'
  return byCategory[metric.category]
}

const dataOf = new Map<DataClass, DataOf>()
let byMetric: ReadonlyMap<string, DataOf> | undefined

const of = (dataClass: DataClass): DataOf => {
  const known = dataOf.get(dataClass) ?? { dataClass, labels: [] }
  dataOf.set(dataClass, known)
  return known
}

/** What readings of a metric say of themselves; one object for each class, because every live reading asks. */
export function dataOfMetric(metric: string): DataOf {
  byMetric ??= new Map([...metrics.values()].map((one) => [one.id, of(classOf(one))]))
  return byMetric.get(metric) ?? of('other')
}

/** What a patient's decision about a kind of data means for readings; a metric that nobody knows is `other`. */
export const dataClassOfMetric = (metric: string): DataClass => dataOfMetric(metric).dataClass

/** An alarm says as much as the readings it is about; a technical one without any tells of the device. */
export const dataOfAlarm = (alarm: {
  readonly metric: string | null
  readonly kind: 'physiological' | 'technical'
}): DataOf =>
  alarm.metric === null
    ? of(alarm.kind === 'technical' ? 'devices' : 'vital-signs')
    : dataOfMetric(alarm.metric)

export const dataOfScores: DataOf = of('vital-signs')
export const dataOfWaveforms: DataOf = of('waveforms')
