/**
 * Ids of drawn Observations: `t-<series>-<µs>` a reading, `w-…` a waveform chunk, `p-…` a blood pressure (by its systolic
 * series); both numbers in base 36. They decode without a table and stay the same for ever.
 */
export type ObservationKind = 'reading' | 'waveform' | 'panel'

export interface ObservationKey {
  readonly kind: ObservationKind
  readonly series: number
  /** µs since 1970, measured. */
  readonly at: number
}

const letters = { reading: 't', waveform: 'w', panel: 'p' } as const
const kinds: Readonly<Record<string, ObservationKind>> = { t: 'reading', w: 'waveform', p: 'panel' }
const pattern = /^([twp])-([1-9a-z][0-9a-z]{0,5})-(0|[1-9a-z][0-9a-z]{0,10})$/

export const observationId = (key: ObservationKey): string =>
  `${letters[key.kind]}-${key.series.toString(36)}-${key.at.toString(36)}`

/** Undefined where the id has not exactly the form that `observationId` gives. */
export function parseObservationId(id: string): ObservationKey | undefined {
  const match = pattern.exec(id)
  if (!match) return undefined
  return {
    kind: kinds[match[1]!]!,
    series: Number.parseInt(match[2]!, 36),
    at: Number.parseInt(match[3]!, 36),
  }
}
