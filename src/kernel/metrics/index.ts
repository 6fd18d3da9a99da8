import { activity } from './activity.ts'
import { body } from './body.ts'
import { circulation } from './circulation.ts'
import { device } from './device.ts'
import { environment } from './environment.ts'
import { heart } from './heart.ts'
import { metabolism } from './metabolism.ts'
import type { Metric } from './metric.ts'
import { respiration } from './respiration.ts'
import { scores } from './scores.ts'
import { temperature } from './temperature.ts'
import { ventilation } from './ventilation.ts'
import { vitalSigns } from './vital-signs.ts'
import { waveforms } from './waveforms.ts'

export type { Metric, MetricBand } from './metric.ts'

const entries = {
  ...vitalSigns,
  ...circulation,
  ...respiration,
  ...ventilation,
  ...temperature,
  ...metabolism,
  ...body,
  ...heart,
  ...activity,
  ...device,
  ...environment,
  ...scores,
  ...waveforms,
}

export type MetricId = keyof typeof entries

/** The catalogue: every metric by id. */
export const metrics: ReadonlyMap<string, Metric> = new Map(
  Object.entries(entries).map(([id, entry]) => [id, { id, ...entry }]),
)

const byMdc = new Map([...metrics.values()].flatMap((m) => (m.mdc ? [[m.mdc.code, m] as const] : [])))
const byLoinc = new Map<string, Metric>()
for (const metric of metrics.values()) {
  for (const { code } of [...(metric.loinc ? [metric.loinc] : []), ...(metric.alsoLoinc ?? [])]) {
    if (!byLoinc.has(code)) byLoinc.set(code, metric)
  }
}

/** Finds a metric by `heart-rate`, `mdc:147842` or `loinc:8867-4`. */
export function findMetric(name: string): Metric | undefined {
  if (name.startsWith('mdc:')) return byMdc.get(Number(name.slice(4)))
  if (name.startsWith('loinc:')) return byLoinc.get(name.slice(6))
  return metrics.get(name)
}
