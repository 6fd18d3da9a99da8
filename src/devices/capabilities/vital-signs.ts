import type { Capability } from '../profiles/profile.ts'

interface Every {
  /** Seconds between readings; Infinity: on demand. */
  readonly cadenceS: number
}

export const pulseOximetry = ({ cadenceS, plethHz }: Every & { plethHz?: number }): Capability => ({
  summary: 'oxygen saturation, pulse rate and perfusion index by light through the finger',
  metrics: [
    { id: 'spo2', cadenceS },
    { id: 'pulse-rate', cadenceS },
    { id: 'perfusion-index', cadenceS },
    ...(plethHz === undefined ? [] : [{ id: 'pleth', cadenceS, waveform: { rateHz: plethHz } } as const]),
  ],
})

export const cuffBloodPressure = ({ cadenceS }: Every): Capability => ({
  summary: 'blood pressure and pulse rate by cuff',
  metrics: [
    { id: 'systolic-bp', cadenceS },
    { id: 'diastolic-bp', cadenceS },
    { id: 'mean-bp', cadenceS },
    { id: 'nibp-pulse-rate', cadenceS: Number.POSITIVE_INFINITY },
  ],
})

export const bodyTemperature = ({ cadenceS }: Every): Capability => ({
  summary: 'body temperature',
  metrics: [{ id: 'body-temperature', cadenceS }],
})

export const arterialPressure = ({ cadenceS, waveHz }: Every & { waveHz: number }): Capability => ({
  summary: 'arterial pressure by line, beat by beat',
  metrics: [
    { id: 'arterial-systolic', cadenceS },
    { id: 'arterial-diastolic', cadenceS },
    { id: 'arterial-mean', cadenceS },
    { id: 'abp', cadenceS, waveform: { rateHz: waveHz } },
  ],
})

export const capnography = ({ cadenceS, waveHz }: Every & { waveHz: number }): Capability => ({
  summary: 'carbon dioxide in the breath',
  metrics: [
    { id: 'end-tidal-co2', cadenceS },
    { id: 'respiratory-rate-co2', cadenceS },
    { id: 'co2-wave', cadenceS, waveform: { rateHz: waveHz } },
  ],
})

export const impedanceRespiration = ({ cadenceS, waveHz }: Every & { waveHz?: number }): Capability => ({
  summary: 'respiratory rate from the chest',
  metrics: [
    { id: 'respiratory-rate', cadenceS },
    ...(waveHz === undefined
      ? []
      : [{ id: 'resp-impedance', cadenceS, waveform: { rateHz: waveHz } } as const]),
  ],
})

/** What a nurse enters at the device: it completes a score, and its absence means only that nobody did. */
export const nurseEntry = (): Capability => ({
  summary: 'observations entered at the bedside',
  metrics: [
    { id: 'consciousness', cadenceS: Number.POSITIVE_INFINITY },
    { id: 'oxygen-flow', cadenceS: Number.POSITIVE_INFINITY },
    { id: 'inspired-oxygen', cadenceS: Number.POSITIVE_INFINITY },
    { id: 'pain-score', cadenceS: Number.POSITIVE_INFINITY },
  ],
})
