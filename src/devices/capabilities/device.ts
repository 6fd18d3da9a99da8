import { type MetricId, metrics } from '../../kernel/metrics/index.ts'
import type { Capability } from '../profiles/profile.ts'

export const battery = ({ cadenceS = 300 }: { readonly cadenceS?: number } = {}): Capability => ({
  summary: 'battery level',
  metrics: [{ id: 'battery-level', cadenceS }],
})

export const radio = ({ cadenceS = 300 }: { readonly cadenceS?: number } = {}): Capability => ({
  summary: 'signal strength',
  metrics: [{ id: 'signal-strength', cadenceS }],
})

/** For a device that says itself what each number is: the whole catalogue, at no promised cadence. */
export const anyMetric = (): Capability => ({
  summary: 'any metric of the catalogue',
  metrics: [...metrics.keys()].map((id) => ({ id: id as MetricId, cadenceS: Number.POSITIVE_INFINITY })),
})
