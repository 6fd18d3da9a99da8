import type { MetricId } from '../../kernel/metrics/index.ts'
import type { Capability } from '../profiles/profile.ts'

type Lead = Extract<MetricId, `ecg-${string}`>

/** Heart rate at its cadence, and the leads as waveforms. */
export const electrocardiography = (options: {
  readonly cadenceS: number
  readonly leads: readonly Lead[]
  readonly rateHz: number
}): Capability => ({
  summary: `heart rate and ECG, ${options.leads.length} lead${options.leads.length === 1 ? '' : 's'}`,
  metrics: [
    { id: 'heart-rate', cadenceS: options.cadenceS },
    ...options.leads.map((id) => ({
      id,
      cadenceS: options.cadenceS,
      waveform: { rateHz: options.rateHz },
    })),
    { id: 'rhythm', cadenceS: Number.POSITIVE_INFINITY },
    { id: 'lead-off', cadenceS: Number.POSITIVE_INFINITY },
  ],
})
