/**
 * SenML (RFC 8428) → readings. What one record gets wrong costs that record alone, but for a base field: what follows
 * one that could not be read would mean something else, so it is refused too.
 *
 * Our extension fields end in an underscore, as §4.4 asks of fields that must be understood:
 *   `rateHz_`, `scale_`, `offset_`  with `vd`: little-endian int16 samples, value = sample · scale_ + offset_
 *   `clock_`                        what the device's own clock shows as it sends, in seconds since 1970; once in a pack
 *   `quality_`                      the quality bits of telemetry/model.ts; with 8 (missing) the value may be absent
 */
import { findMetric, type Metric } from '../../../kernel/metrics/index.ts'
import type { Problem, Result } from '../../../kernel/problem.ts'
import { type Micros, micros, microsPerSecond } from '../../../kernel/time.ts'
import { quality } from '../../../telemetry/model.ts'
import type { DecodedReadings } from '../../model.ts'
import { gatewayProblem, quoted } from '../../problems.ts'
import { kindOf, type RawRecord, readPack } from './pack.ts'
import { readWaveform } from './waveform.ts'

type Reading = DecodedReadings['readings'][number]
type Waveform = DecodedReadings['waveforms'][number]

const supportedVersion = 10
/** §4.5.3: a smaller time is relative to now, a larger one is absolute, seconds since 1970. */
export const absoluteFrom = 2 ** 28
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9\-:./_]{0,127}$/
const extensions: ReadonlySet<string> = new Set(['rateHz_', 'scale_', 'offset_', 'quality_', 'clock_'])
const numberFields: ReadonlySet<string> = new Set([
  ...['bt', 'bv', 'bs', 'bver', 'v', 's', 't', 'ut'],
  ...extensions,
])
const textFields: ReadonlySet<string> = new Set(['bn', 'bu', 'n', 'u', 'vs'])
const baseFields = ['bn', 'bt', 'bu', 'bv', 'bs', 'bver'] as const

interface Base {
  name: string
  timeS: number
  unit: string | undefined
  value: number
  /** The base field that could not be read, once there was one. */
  broken: string | undefined
}

export function decodeSenml(payload: Uint8Array, receivedAt: Micros): Result<DecodedReadings> {
  const pack = readPack(payload)
  if (!pack.ok) return pack
  const readings: Reading[] = []
  const waveforms: Waveform[] = []
  const problems: Problem[] = []
  const base: Base = { name: '', timeS: 0, unit: undefined, value: 0, broken: undefined }
  for (const [index, record] of pack.value.entries()) {
    const where = `/${index}`
    const outcome = decodeRecord(record, base, receivedAt, where)
    if (outcome === undefined) continue
    if ('code' in outcome) problems.push(outcome)
    else if ('samples' in outcome) waveforms.push(outcome)
    else readings.push(outcome)
  }
  return { ok: true, value: { readings, waveforms, problems, ...clockOf(pack.value) } }
}

const isClock = (seconds: number): boolean => seconds >= absoluteFrom && seconds < 2 ** 32

/** The first `clock_` that can be a time; others are told of with their records. */
function clockOf(records: readonly RawRecord[]): { readonly deviceTime?: Micros } {
  for (const record of records) {
    const clock = record?.get('clock_')
    if (typeof clock === 'number' && isClock(clock)) {
      return { deviceTime: micros(clock * microsPerSecond) }
    }
  }
  return {}
}

/** A reading, a waveform, what was wrong, or nothing: the record only set base fields. */
function decodeRecord(
  record: RawRecord,
  base: Base,
  receivedAt: Micros,
  where: string,
): Reading | Waveform | Problem | undefined {
  if (!record) return gatewayProblem('record-not-object', { what: 'something else', where })
  const wrong = wrongField(record, where)
  if (wrong) {
    const field = baseFields.find((name) => wrong.where === `${where}/${name}`)
    if (field) base.broken ??= field
    else takeBase(record, base)
    return wrong
  }
  takeBase(record, base)
  if (base.broken) return gatewayProblem('base-unreadable', { what: quoted(base.broken), where })
  const version = record.get('bver') as number | undefined
  if (version !== undefined && version > supportedVersion) {
    base.broken = 'bver'
    return gatewayProblem('version-not-supported', { what: String(version), where: `${where}/bver` })
  }
  const hasValue = ['v', 'vs', 'vb', 'vd', 's', 'quality_'].some((name) => record.has(name))
  if (!hasValue && !record.has('n') && ['clock_', ...baseFields].some((name) => record.has(name)))
    return undefined

  // §4.5.1: the name is base name and name together. A base name that is a URN says who sends; the rest is the metric.
  const prefix = base.name.startsWith('urn:') ? '' : base.name
  const metric = prefix + ((record.get('n') as string | undefined) ?? '')
  if (metric === '') return gatewayProblem('name-missing', { where })
  if (!namePattern.test(metric))
    return gatewayProblem('name-invalid', { what: quoted(metric), where: `${where}/n` })

  const time = base.timeS + ((record.get('t') as number | undefined) ?? 0)
  const byReceipt = time < absoluteFrom
  const measuredAt = micros(byReceipt ? receivedAt + time * microsPerSecond : time * microsPerSecond)
  const unit = (record.get('u') as string | undefined) ?? base.unit
  const common = {
    metric,
    ...(unit === undefined ? {} : { unit }),
    ...(byReceipt ? { byReceipt } : {}),
    where,
  }
  if (record.has('vd')) {
    const wave = readWaveform(record, where)
    return wave.ok ? { ...common, startAt: measuredAt, ...wave.value } : wave.problem
  }
  return decodeValue(record, base, { ...common, measuredAt })
}

function decodeValue(
  record: ReadonlyMap<string, unknown>,
  base: Base,
  common: Omit<Reading, 'value'>,
): Reading | Problem {
  const { where } = common
  const bits = record.get('quality_') as number | undefined
  if (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= 255)) {
    return wrongType('quality_', 'must be a whole number from 0 to 255', where)
  }
  const flags = bits === undefined ? {} : { quality: bits }
  const value = record.get('v') as number | undefined
  if (value !== undefined) {
    const sum = base.value + value
    return Number.isFinite(sum)
      ? { ...common, ...flags, value: sum }
      : gatewayProblem('value-not-finite', { where })
  }
  if (bits !== undefined && bits & quality.missing) return { ...common, ...flags, value: Number.NaN }
  const metric = findMetric(common.metric)
  const word = record.get('vs') as string | undefined
  const truth = record.get('vb') as boolean | undefined
  if (word === undefined && truth === undefined) return gatewayProblem('value-missing', { where })
  if (!metric) return gatewayProblem('metric-unknown', { what: quoted(common.metric), where })
  if (!metric.codes) {
    const what = word === undefined ? 'vb' : 'vs'
    return gatewayProblem('value-not-numeric', { what, where })
  }
  const coded = word === undefined ? Number(truth) : codeOf(metric, word)
  return coded === undefined
    ? gatewayProblem('value-not-coded', { what: quoted(word ?? ''), where: `${where}/vs` })
    : { ...common, ...flags, value: coded }
}

function codeOf(metric: Metric, word: string): number | undefined {
  const wanted = word.trim().toLowerCase()
  for (const [number, { code, display }] of Object.entries(metric.codes ?? {})) {
    if (code.toLowerCase() === wanted || display.toLowerCase() === wanted) return Number(number)
  }
  return undefined
}

function takeBase(record: ReadonlyMap<string, unknown>, base: Base): void {
  base.name = (record.get('bn') as string | undefined) ?? base.name
  base.timeS = (record.get('bt') as number | undefined) ?? base.timeS
  base.unit = (record.get('bu') as string | undefined) ?? base.unit
  base.value = (record.get('bv') as number | undefined) ?? base.value
}

/** The first field of the wrong type, or one that §4.4 obliges us to understand and we do not. */
function wrongField(record: ReadonlyMap<string, unknown>, where: string): Problem | undefined {
  for (const [name, value] of record) {
    if (numberFields.has(name)) {
      if (typeof value !== 'number' || !Number.isFinite(value))
        return wrongType(name, mustBe('a number', value), where)
      if (name === 'clock_' && !isClock(value))
        return wrongType(name, 'must be the time in seconds since 1970', where)
    } else if (textFields.has(name)) {
      if (typeof value !== 'string') return wrongType(name, mustBe('a string', value), where)
    } else if (name === 'vb') {
      if (typeof value !== 'boolean') return wrongType(name, mustBe('true or false', value), where)
    } else if (name.endsWith('_') && !extensions.has(name)) {
      return gatewayProblem('field-not-understood', { what: quoted(name), where: `${where}/${name}` })
    }
  }
  return undefined
}

const mustBe = (wanted: string, value: unknown) => `must be ${wanted} and is ${kindOf(value)}`

const wrongType = (name: string, what: string, where: string): Problem =>
  gatewayProblem('field-wrong-type', { what: `${name} ${what}`, where: `${where}/${name}` })
