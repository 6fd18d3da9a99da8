/**
 * The checks of `checks.ts` over the columns of a plain pack, values brought into their metrics' units in place. One
 * reading that does not pass is enough to answer false: the pack then goes the long way, where each is told apart.
 */
import type { LoadedProfile } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import { type UnitConversion, unitConversion } from '../kernel/units.ts'
import { quality } from '../telemetry/model.ts'
import { earliest, maxAheadUs, tidy } from './checks.ts'
import { maxUnits, metricNumbers, noUnit, type PlainPack, unitTexts } from './codecs/senml/plain-pack.ts'

const ranges = Float64Array.from(metricNumbers.flatMap(({ range }) => [...range]))
/** By metric and unit; null: they do not convert. */
const conversions = new Array<UnitConversion | null | undefined>(metricNumbers.length * maxUnits)

/** What a device of the profile may send in a plain pack, by metric number: no waveforms, and no codes. */
export function plainMetrics(profile: LoadedProfile | undefined): Uint8Array {
  return Uint8Array.from(metricNumbers, ({ id, kind, codes }) =>
    kind !== 'waveform' && codes === undefined && profile?.measures(id) ? 1 : 0,
  )
}

export function checkPlain(pack: PlainPack, measured: Uint8Array, receivedAt: Micros): boolean {
  const { count, metric, measuredAt, value, quality: flags } = pack
  const latest = receivedAt + maxAheadUs
  for (let i = 0; i < count; i++) {
    const number = metric[i]!
    const time = measuredAt[i]!
    if (measured[number] !== 1 || !(time >= earliest && time <= latest)) return false
    if (flags[i]! & quality.missing) {
      value[i] = Number.NaN
      continue
    }
    const converted = pack.unit[i] === noUnit ? value[i]! + 0 : inUnit(number, pack.unit[i]!, value[i]!)
    const tidied = isShort(converted) ? converted : tidy(converted)
    if (!(tidied >= ranges[number * 2]! && tidied <= ranges[number * 2 + 1]!)) return false
    value[i] = tidied
  }
  return true
}

/** NaN where the unit does not convert. */
function inUnit(number: number, unit: number, value: number): number {
  const at = number * maxUnits + unit
  let conversion = conversions[at]
  if (conversion === undefined) {
    const { unit: wanted, molarMass } = metricNumbers[number]!
    conversion = unitConversion(unitTexts[unit] ?? wanted, wanted, molarMass) ?? null
    conversions[at] = conversion
  }
  return conversion ? value * conversion.factor + conversion.offset : Number.NaN
}

/** At most four decimals and twelve digits: `tidy` would give back the same number, only slower. */
const isShort = (value: number): boolean => Math.abs(value) < 1e8 && Math.round(value * 1e4) / 1e4 === value
