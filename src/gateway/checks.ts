/**
 * What a decoded reading must pass before it is telemetry: known metric, convertible unit, plausible value and time, and
 * a device that measures such a thing. Pure.
 */
import type { LoadedProfile } from '../devices/index.ts'
import { findMetric, type Metric } from '../kernel/metrics/index.ts'
import { ok, type Result, refused } from '../kernel/problem.ts'
import { type Micros, microsPerSecond } from '../kernel/time.ts'
import { unitConversion } from '../kernel/units.ts'
import { quality } from '../telemetry/model.ts'
import type { DecodedReadings } from './model.ts'
import { gatewayProblem, quoted } from './problems.ts'

export interface CheckedReading {
  readonly metric: string
  readonly value: number
  readonly measuredAt: Micros
  readonly quality: number
}

export interface CheckedWaveform {
  readonly metric: string
  readonly startAt: Micros
  readonly rateHz: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

/** A device whose clock runs ahead by more than this is not believed. */
export const maxAheadUs = 5 * 60 * microsPerSecond
export const earliest = (Date.UTC(2001, 0, 1) * 1_000) as Micros

export function checkReading(
  reading: DecodedReadings['readings'][number],
  profile: LoadedProfile | undefined,
  receivedAt: Micros,
): Result<CheckedReading> {
  const { where, measuredAt } = reading
  const found = measurable(reading.metric, profile, where)
  if (!found.ok) return found
  const metric = found.value
  if (metric.kind === 'waveform') {
    return refused(gatewayProblem('metric-is-waveform', { what: metric.id, where }))
  }
  const late = timeProblem(measuredAt, measuredAt, receivedAt, where)
  if (late) return refused(late)
  const bits = reading.quality ?? quality.good
  if (bits & quality.missing) return ok({ metric: metric.id, value: Number.NaN, measuredAt, quality: bits })
  const conversion = conversionOf(reading.unit, metric)
  if (!conversion) return refused(unitProblem(reading.unit, metric, where))
  const value = tidy(reading.value * conversion.factor + conversion.offset)
  if (!Number.isFinite(value)) return refused(gatewayProblem('value-not-finite', { where }))
  const [low, high] = metric.range
  if (value < low || value > high) return refused(implausible(value, metric, where))
  if (metric.codes && !(value in metric.codes)) {
    return refused(gatewayProblem('value-not-coded', { what: String(value), where }))
  }
  return ok({ metric: metric.id, value, measuredAt, quality: bits })
}

export function checkWaveform(
  wave: DecodedReadings['waveforms'][number],
  profile: LoadedProfile | undefined,
  receivedAt: Micros,
): Result<CheckedWaveform> {
  const { where, startAt, rateHz, samples } = wave
  const found = measurable(wave.metric, profile, where)
  if (!found.ok) return found
  const metric = found.value
  if (metric.kind !== 'waveform') {
    return refused(gatewayProblem('metric-not-waveform', { what: metric.id, where }))
  }
  const endAt = (startAt + Math.round((samples.length / rateHz) * microsPerSecond)) as Micros
  const late = timeProblem(startAt, endAt, receivedAt, where)
  if (late) return refused(late)
  const conversion = conversionOf(wave.unit, metric)
  if (!conversion) return refused(unitProblem(wave.unit, metric, where))
  const scale = wave.scale * conversion.factor
  const offset = wave.offset * conversion.factor + conversion.offset
  const worst = furthestOutside(samples, scale, offset, metric.range)
  if (worst !== undefined) return refused(implausible(worst, metric, where))
  return ok({ metric: metric.id, startAt, rateHz, scale, offset, samples })
}

function measurable(name: string, profile: LoadedProfile | undefined, where: string): Result<Metric> {
  const metric = findMetric(name)
  if (!metric) return refused(gatewayProblem('metric-unknown', { what: quoted(name), where }))
  if (!profile?.measures(metric.id)) {
    return refused(gatewayProblem('metric-not-measured', { what: metric.id, where }))
  }
  return ok(metric)
}

function timeProblem(from: Micros, to: Micros, receivedAt: Micros, where: string) {
  if (!Number.isSafeInteger(from) || from < earliest) return gatewayProblem('time-implausible', { where })
  if (to > receivedAt + maxAheadUs) return gatewayProblem('time-in-future', { where })
  return undefined
}

const conversionOf = (unit: string | undefined, metric: Metric) =>
  unitConversion(unit ?? metric.unit, metric.unit, metric.molarMass)

/** Twelve digits: what a conversion adds behind them is noise of the double, not of the sensor. */
export const tidy = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(12))

function unitProblem(unit: string | undefined, metric: Metric, where: string) {
  const what = `${quoted(unit ?? '')} does not convert to ${metric.unit}, the unit of ${metric.id}`
  return gatewayProblem('unit-not-convertible', { what, where })
}

function implausible(value: number, metric: Metric, where: string) {
  const [low, high] = metric.range
  const what = `${Number(value.toPrecision(6))} ${metric.unitText} lies outside ${low} to ${high} for ${metric.id}`
  return gatewayProblem('value-implausible', { what, where })
}

function furthestOutside(
  samples: Int16Array,
  scale: number,
  offset: number,
  [low, high]: Metric['range'],
): number | undefined {
  let least = samples[0] ?? 0
  let most = least
  for (const sample of samples) {
    if (sample < least) least = sample
    if (sample > most) most = sample
  }
  // `!(…)` rather than `<`: an infinite or absent number lies outside too.
  return [least * scale + offset, most * scale + offset].find((value) => !(value >= low && value <= high))
}
