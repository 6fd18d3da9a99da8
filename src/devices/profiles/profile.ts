import type { MetricId } from '../../kernel/metrics/index.ts'

/** One thing a device measures. */
export interface ProfileMetric {
  readonly id: MetricId
  /** Seconds between readings in normal use; Infinity: on demand, so that its absence means nothing. */
  readonly cadenceS: number
  readonly waveform?: { readonly rateHz: number }
}

/** What a capability builder yields: the metrics, and a sentence for the documentation. */
export interface Capability {
  readonly summary: string
  readonly metrics: readonly ProfileMetric[]
}

/** A frame as the device sends it, and what it must come to. */
export interface ProfileSample {
  readonly name: string
  /** SenML JSON. */
  readonly frame: string
  readonly expect: {
    readonly readings?: Readonly<Partial<Record<MetricId, number | 'missing'>>>
    readonly waveforms?: Readonly<Partial<Record<MetricId, number>>>
    /** Codes of the records refused, in order. */
    readonly refused?: readonly string[]
  }
}

/** A device is data: found by folder sweep, proved by its own samples. */
export interface DeviceProfile {
  /** `<vendor>/<model>`, as its file lies. */
  readonly id: string
  readonly vendor: string
  readonly models: readonly string[]
  readonly summary: string
  /** How a device of it is told from others on the wire. */
  readonly match: { readonly protocol: 'senml' }
  readonly capabilities: readonly Capability[]
  /** Where the knowledge is from; never better than what lies in `samples`. */
  readonly evidence: 'datasheet' | 'simulated' | 'capture' | 'bench'
  readonly samples: readonly ProfileSample[]
}

export interface LoadedProfile extends DeviceProfile {
  /** All capabilities' metrics, each once. */
  readonly metrics: readonly ProfileMetric[]
  /** Whether a device of this profile may report it. */
  measures(metric: string): boolean
}

export const defineProfile = (profile: DeviceProfile): DeviceProfile => profile

export function loadProfile(profile: DeviceProfile): LoadedProfile {
  const byId = new Map<string, ProfileMetric>()
  for (const metric of profile.capabilities.flatMap((capability) => capability.metrics)) {
    byId.set(metric.id, metric)
  }
  return { ...profile, metrics: [...byId.values()], measures: (metric) => byId.has(metric) }
}
