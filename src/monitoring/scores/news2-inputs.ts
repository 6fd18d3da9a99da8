import { quality } from '../../telemetry/model.ts'
import { type News2Part, type News2Values, sameNews2Points } from './news2.ts'

const minuteUs = 60_000_000
const hourUs = 60 * minuteUs

/**
 * Which metrics feed which part, and how old a value may be. Of those fresh enough the lowest rank wins, then the
 * newest. Streams go stale in ten minutes, in which a nurse's round also gathers its set; what is taken by cuff or by
 * hand holds as long as NEWS2 lets observations lie apart: 6 h for pressure (total 1–4), 12 h (total 0) for what
 * changes slowly.
 */
export const news2Inputs: readonly {
  readonly part: News2Part
  readonly metric: string
  readonly maxAgeUs: number
  readonly rank: number
}[] = [
  ...input('respiratory-rate', 10 * minuteUs, ['respiratory-rate']),
  ...input(
    'respiratory-rate',
    10 * minuteUs,
    ['respiratory-rate-co2', 'respiratory-rate-impedance', 'respiratory-rate-pleth'],
    1,
  ),
  ...input('oxygen-saturation', 10 * minuteUs, ['spo2']),
  ...input('supplemental-oxygen', 12 * hourUs, ['oxygen-flow', 'inspired-oxygen']),
  ...input('systolic-bp', 6 * hourUs, ['systolic-bp'], 1),
  ...input('systolic-bp', 10 * minuteUs, ['arterial-systolic']),
  ...input('pulse', 10 * minuteUs, ['heart-rate']),
  ...input('pulse', 10 * minuteUs, ['pulse-rate', 'arterial-pulse-rate'], 1),
  ...input('pulse', 6 * hourUs, ['nibp-pulse-rate'], 2),
  ...input('consciousness', 12 * hourUs, ['consciousness']),
  ...input('temperature', 12 * hourUs, [
    'body-temperature',
    'core-temperature',
    'tympanic-temperature',
    'rectal-temperature',
    'oral-temperature',
    'ear-temperature',
    'axillary-temperature',
  ]),
]

function input(part: News2Part, maxAgeUs: number, metrics: readonly string[], rank = 0) {
  return metrics.map((metric) => ({ part, metric, maxAgeUs, rank }))
}

/** The places of a metric in `news2Inputs`; none for a metric that NEWS2 does not take. */
export const inputIndexes = Map.groupBy(
  news2Inputs.map(({ metric }, index) => ({ metric, index })),
  ({ metric }) => metric,
)

/** @returns how old a value of this metric may be and still count. */
export const longestAgeUs = (metric: string): number =>
  Math.max(0, ...(inputIndexes.get(metric) ?? []).map(({ index }) => news2Inputs[index]!.maxAgeUs))

const unusableBits = quality.missing | quality.artefact | quality.leadOff | quality.test
export const isUsable = (value: number, bits: number): boolean =>
  (bits & unusableBits) === 0 && !Number.isNaN(value)

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
  readonly rank: number
}

/** Air is 20.9 % oxygen, written 21. */
const airPercent = 21

/** The input of each part. For oxygen, any fresh one that says "on oxygen" beats one that says "air". */
export function pickInputs(table: InputTable, now: number): Partial<Record<News2Part, PickedPart>> {
  const picked: Partial<Record<News2Part, PickedPart>> = {}
  news2Inputs.forEach(({ part, metric, maxAgeUs, rank }, i) => {
    const measuredAt = table.measuredAt[i]!
    if (measuredAt === Number.NEGATIVE_INFINITY || now - measuredAt > maxAgeUs) return
    const candidate = { metric, value: table.value[i]!, measuredAt, rank }
    const before = picked[part]
    if (!before || preferred(part, candidate, before)) picked[part] = candidate
  })
  return picked
}

function preferred(part: News2Part, candidate: PickedPart, before: PickedPart): boolean {
  if (part === 'supplemental-oxygen' && onOxygen(candidate) !== onOxygen(before)) return onOxygen(candidate)
  return (
    candidate.rank < before.rank ||
    (candidate.rank === before.rank && candidate.measuredAt > before.measuredAt)
  )
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

/** Whether two values of input `index` score alike, so that the second changes nothing. */
export function sameBand(index: number, before: number, after: number): boolean {
  const { part, metric } = news2Inputs[index]!
  if (part !== 'supplemental-oxygen') return sameNews2Points(part, before, after)
  return onOxygen({ metric, value: before }) === onOxygen({ metric, value: after })
}
