import type { News2Part, News2Values } from './news2.ts'

const minuteUs = 60_000_000
const hourUs = 60 * minuteUs

/**
 * Which metrics feed which part, the first that is fresh enough wins, and how old a value may be. Streams go stale in
 * minutes; what is taken by hand or cuff holds for the longest interval that NEWS2 itself allows between two
 * observations of a patient at low risk (12 h) only where it changes slowly, else for 4–6 h.
 */
export const news2Inputs: readonly {
  readonly part: News2Part
  readonly metric: string
  readonly maxAgeUs: number
}[] = [
  { part: 'respiratory-rate', metric: 'respiratory-rate', maxAgeUs: 5 * minuteUs },
  { part: 'oxygen-saturation', metric: 'spo2', maxAgeUs: 5 * minuteUs },
  { part: 'supplemental-oxygen', metric: 'oxygen-flow', maxAgeUs: 12 * hourUs },
  { part: 'supplemental-oxygen', metric: 'inspired-oxygen', maxAgeUs: 12 * hourUs },
  { part: 'systolic-bp', metric: 'systolic-bp', maxAgeUs: 6 * hourUs },
  { part: 'pulse', metric: 'heart-rate', maxAgeUs: 5 * minuteUs },
  { part: 'pulse', metric: 'pulse-rate', maxAgeUs: 5 * minuteUs },
  { part: 'consciousness', metric: 'consciousness', maxAgeUs: 12 * hourUs },
  { part: 'temperature', metric: 'body-temperature', maxAgeUs: 12 * hourUs },
]

/** Newest value and measured time of each input; index i belongs to `news2Inputs[i]`. */
export interface InputTable {
  readonly value: Float64Array
  readonly measuredAt: Float64Array
}

export const emptyInputs = (): InputTable => ({
  value: new Float64Array(news2Inputs.length).fill(Number.NaN),
  measuredAt: new Float64Array(news2Inputs.length).fill(Number.NEGATIVE_INFINITY),
})

export interface PickedPart {
  readonly metric: string
  readonly value: number
  readonly measuredAt: number
}

/** Air is 20.9 % oxygen, written 21. */
const airPercent = 21

/** The freshest enough input of each part; for oxygen, either that says "on oxygen" beats one that says "air". */
export function pickInputs(table: InputTable, now: number): Partial<Record<News2Part, PickedPart>> {
  const picked: Partial<Record<News2Part, PickedPart>> = {}
  news2Inputs.forEach(({ part, metric, maxAgeUs }, i) => {
    const measuredAt = table.measuredAt[i]!
    if (now - measuredAt > maxAgeUs) return
    const candidate = { metric, value: table.value[i]!, measuredAt }
    const before = picked[part]
    const saysOxygen = part === 'supplemental-oxygen' && onOxygen(candidate) && !(before && onOxygen(before))
    if (!before || saysOxygen) picked[part] = candidate
  })
  return picked
}

export const onOxygen = ({ metric, value }: { metric: string; value: number }): boolean =>
  metric === 'oxygen-flow' ? value > 0 : value > airPercent

export function valuesOf(picked: Partial<Record<News2Part, PickedPart>>): News2Values {
  const of = (part: News2Part): number | null => picked[part]?.value ?? null
  const oxygen = picked['supplemental-oxygen']
  return {
    'respiratory-rate': of('respiratory-rate'),
    'oxygen-saturation': of('oxygen-saturation'),
    'supplemental-oxygen': oxygen ? Number(onOxygen(oxygen)) : null,
    'systolic-bp': of('systolic-bp'),
    pulse: of('pulse'),
    consciousness: of('consciousness'),
    temperature: of('temperature'),
  }
}
