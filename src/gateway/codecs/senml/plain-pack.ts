/**
 * The common form of a pack: every record a number (or a missing one) of a metric of the catalogue, in fields whose
 * meaning needs no look beyond the record and the base before it. Such a pack is read from its bytes straight into
 * columns. Everything else, and everything that is wrong in any way, is left to `decode.ts`, which alone knows how to
 * say what is wrong: a reader here answers false and means nothing else by it.
 */
import { findMetric, metrics } from '../../../kernel/metrics/index.ts'
import { type Micros, micros, microsPerSecond } from '../../../kernel/time.ts'
import { quality } from '../../../telemetry/model.ts'
import { ByteNames } from './byte-names.ts'
import { absoluteFrom, namePattern } from './decode.ts'
import { senmlLimits } from './pack.ts'

/** The catalogue by number, as the columns name its metrics. */
export const metricNumbers = [...metrics.values()]
const numberOf = new Map(metricNumbers.map((metric, number) => [metric.id, number]))
const metricNames = new ByteNames((name) => {
  const metric = namePattern.test(name) ? findMetric(name) : undefined
  // `mdc:` reads its code as a number, which can be written in endless ways; only one of them is worth a place.
  if (!metric || (name.startsWith('mdc:') && name !== `mdc:${metric.mdc?.code}`)) return -1
  return numberOf.get(metric.id)!
})

/** Units by number, as the columns name them; none is the metric's own. */
export const noUnit = 0
export const maxUnits = 256
export const unitTexts: (string | undefined)[] = [undefined]
const unitNames = new ByteNames((text) => unitTexts.push(text) - 1, maxUnits - 1)
// The catalogue's own first: whatever else devices send, these have their place.
for (const { unit } of metricNumbers) unitNames.find(Buffer.from(unit), 0, unit.length)

/** A record's fields as bits of what was there. */
export const field = { n: 1, u: 2, v: 4, t: 8, quality: 16, bn: 32, bt: 64, bu: 128, bv: 256 } as const
const anyBase = field.bn | field.bt | field.bu | field.bv
const urn = [...'urn:'].map((char) => char.charCodeAt(0))

/** What a plain pack comes to; index i is one reading, and the columns are used again for the next pack. */
export class PlainPack {
  count = 0
  readonly metric = new Uint16Array(senmlLimits.records)
  readonly unit = new Uint8Array(senmlLimits.records)
  /** In the sender's unit; NaN where missing. */
  readonly value = new Float64Array(senmlLimits.records)
  readonly measuredAt = new Float64Array(senmlLimits.records)
  readonly quality = new Uint8Array(senmlLimits.records)

  #receivedAt = 0
  #baseTimeS = 0
  #baseValue = 0
  #baseUnit = noUnit
  /** The fields of the record that is being read. */
  #seen = 0
  #metric = 0
  #unit = noUnit
  #value = 0
  #timeS = 0
  #quality = 0

  begin(receivedAt: Micros): void {
    this.count = 0
    this.#receivedAt = receivedAt
    this.#baseTimeS = 0
    this.#baseValue = 0
    this.#baseUnit = noUnit
    this.#seen = 0
  }

  /** False: a second field of that name in this record. */
  see(bit: number): boolean {
    const first = (this.#seen & bit) === 0
    this.#seen |= bit
    return first
  }

  setNumber(bit: number, value: number): boolean {
    if (bit === field.v) this.#value = value
    else if (bit === field.t) this.#timeS = value
    else if (bit === field.bt) this.#baseTimeS = value
    else if (bit === field.bv) this.#baseValue = value
    else if (bit === field.quality) this.#quality = value
    else return false
    return true
  }

  /** An ASCII text of the payload. */
  setText(bit: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (bit === field.n) {
      this.#metric = metricNames.find(bytes, from, to)
      return this.#metric >= 0
    }
    if (bit === field.u) {
      this.#unit = unitNames.find(bytes, from, to)
      return this.#unit >= 0
    }
    if (bit === field.bu) {
      this.#baseUnit = unitNames.find(bytes, from, to)
      return this.#baseUnit >= 0
    }
    // A base name that is a URN says who sends; any other is the first part of the metric's name.
    return (
      bit === field.bn && (from === to || urn.every((char, i) => bytes[from + i] === char && from + i < to))
    )
  }

  endRecord(): boolean {
    const seen = this.#seen
    this.#seen = 0
    if ((seen & (field.n | field.v | field.quality)) === 0) return (seen & anyBase) !== 0
    if ((seen & field.n) === 0 || this.count === senmlLimits.records) return false
    const at = this.count
    const flags = (seen & field.quality) === 0 ? quality.good : this.#quality
    if (!(Number.isInteger(flags) && flags >= 0 && flags <= 255)) return false
    if ((seen & field.v) === 0 && (flags & quality.missing) === 0) return false
    const value = (seen & field.v) === 0 ? Number.NaN : this.#baseValue + this.#value
    if ((seen & field.v) !== 0 && !Number.isFinite(value)) return false
    const timeS = this.#baseTimeS + ((seen & field.t) === 0 ? 0 : this.#timeS)
    const sinceUs = timeS >= absoluteFrom ? 0 : this.#receivedAt
    this.measuredAt[at] = micros(sinceUs + timeS * microsPerSecond)
    this.metric[at] = this.#metric
    this.unit[at] = (seen & field.u) === 0 ? this.#baseUnit : this.#unit
    this.value[at] = value
    this.quality[at] = flags
    this.count++
    return true
  }
}
