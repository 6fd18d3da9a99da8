/**
 * What a device can measure. One entry gives every face its words: the MDC code devices speak (IEEE 11073-10101,
 * 32 bit: partition · 65536 + term), the LOINC code charts speak, the UCUM unit values are stored in, and the range
 * outside which a value is not a measurement of a living person but a fault.
 */
/** A stretch of values with a meaning; bands of a metric ascend, each ends where it says, the last has no end. */
export interface MetricBand {
  readonly id: string
  /** In the metric's unit, itself not inside. */
  readonly below?: number
  /** In the metric's unit, itself inside. */
  readonly through?: number
}

export interface Metric {
  /** kebab-case, stable: it is the name in SenML and in URLs. */
  readonly id: string
  readonly title: string
  /** Two to six letters for a tile, e.g. `HR`. */
  readonly label: string
  readonly kind: 'numeric' | 'waveform' | 'coded'
  readonly mdc?: { readonly code: number; readonly refId: string }
  readonly loinc?: { readonly code: string; readonly display: string }
  /** Further LOINC codes an Observation of it carries and is found by. */
  readonly alsoLoinc?: readonly { readonly code: string; readonly display: string }[]
  /** SNOMED CT, where it names the measure better than LOINC does. */
  readonly snomed?: { readonly code: string; readonly display: string }
  /** UCUM, e.g. `/min`, `mm[Hg]`; `1` where it has none. */
  readonly unit: string
  /** How the unit is written for people, e.g. `mmHg`. */
  readonly unitText: string
  /** Plausible range in `unit`, ends included; outside is quarantined. */
  readonly range: readonly [low: number, high: number]
  readonly decimals: number
  readonly category:
    | 'vital-signs'
    | 'laboratory'
    | 'activity'
    | 'device'
    | 'therapy'
    | 'environment'
    | 'procedure'
  /** Molar mass in g/mol, where mass and substance concentrations convert into each other. */
  readonly molarMass?: number
  /** Where a consensus names them: the share of readings in each is its time in range. */
  readonly bands?: readonly MetricBand[]
  /** For `coded`: what each number stands for. */
  readonly codes?: Readonly<Record<number, { readonly code: string; readonly display: string }>>
}

export const defineMetrics = <const T extends Readonly<Record<string, Omit<Metric, 'id'>>>>(entries: T) =>
  entries
