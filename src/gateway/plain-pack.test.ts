import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SenmlRecord, senmlCbor } from '../../tests/senml.ts'
import { profileOf } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import { checkReading } from './checks.ts'
import { decodeSenml } from './codecs/senml/decode.ts'
import { readPlain } from './codecs/senml/plain.ts'
import { metricNumbers, PlainPack } from './codecs/senml/plain-pack.ts'
import { checkPlain, plainMetrics } from './plain-checks.ts'

const receivedAt = (Date.UTC(2026, 0, 1) * 1_000) as Micros
const profile = profileOf('vitalwire/senml')
const measured = plainMetrics(profile)
const columns = new PlainPack()

interface Row {
  readonly metric: string
  readonly value: number
  readonly measuredAt: number
  readonly quality: number
}

/** The columns' way; undefined: not plain. */
function plainRows(payload: Uint8Array): Row[] | undefined {
  if (!readPlain(payload, receivedAt, columns) || !checkPlain(columns, measured, receivedAt)) return undefined
  return Array.from({ length: columns.count }, (_, i) => ({
    metric: metricNumbers[columns.metric[i]!]!.id,
    value: columns.value[i]!,
    measuredAt: columns.measuredAt[i]!,
    quality: columns.quality[i]!,
  }))
}

/** The long way; undefined: something of it is refused, or more than plain readings. */
function longRows(payload: Uint8Array): Row[] | undefined {
  const decoded = decodeSenml(payload, receivedAt)
  if (!decoded.ok || decoded.value.problems.length > 0 || decoded.value.waveforms.length > 0) return undefined
  const rows: Row[] = []
  for (const reading of decoded.value.readings) {
    const checked = checkReading(reading, profile, receivedAt)
    if (!checked.ok) return undefined
    rows.push(checked.value)
  }
  return rows
}

const json = (records: unknown) => Buffer.from(JSON.stringify(records))
const orAbsent = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const number = fc.oneof(
  fc.integer({ min: 30, max: 110 }),
  fc.double({ min: 30, max: 110, noNaN: true }),
  fc.constantFrom(-0, 0, 36.6, 98.6, 1e-7, 1e21, 0.1 + 0.2, -5, 1e300),
)
const time = fc.oneof(
  fc.integer({ min: -86_400, max: 400 }),
  fc.double({ min: -1_000, max: 1_000, noNaN: true }),
  fc.constantFrom(1_767_225_600, 1_767_225_600.123456, 978_307_199, 2 ** 28, 2 ** 28 - 1),
)
const name = fc.constantFrom(
  ...['heart-rate', 'spo2', 'body-temperature', 'mdc:147842', 'mdc:147842.0', 'loinc:8867-4', 'glucose'],
  ...['consciousness', 'ecg-ii', 'mood', '', 'heart rate', 'constructor', 'ä'],
)
const unit = fc.constantFrom('/min', 'beat/min', '%', '1', 'Cel', '[degF]', 'mmol/L', 'mg/dL', 'furlong', '')
const record = fc.record({
  bn: orAbsent(fc.constantFrom('urn:dev:mac:0024befffe804ff1_', '', 'heart-', 'urn', 'urn:"ü"')),
  bt: orAbsent(time),
  bu: orAbsent(unit),
  bv: orAbsent(fc.constantFrom(0, 1, -0, 0.5)),
  n: fc.option(name, { nil: undefined, freq: 8 }),
  u: orAbsent(unit),
  v: fc.option(number, { nil: undefined, freq: 8 }),
  t: orAbsent(time),
  quality_: orAbsent(fc.constantFrom(0, 1, 8, 12, 64, 255, 256, 1.5, -1)),
  ...{ vs: orAbsent(fc.constant('alert')), bver: orAbsent(fc.constantFrom(10, 11)), s: orAbsent(number) },
})
const sane = fc.record({
  bn: orAbsent(fc.constant('urn:dev:mac:0024befffe804ff1_')),
  bt: orAbsent(fc.constantFrom(1_767_225_600, 1_767_225_600.25, -20)),
  n: fc.constantFrom('heart-rate', 'mdc:147842', 'loinc:8867-4'),
  u: orAbsent(fc.constantFrom('/min', 'beat/min')),
  v: fc.oneof(fc.integer({ min: 30, max: 110 }), fc.double({ min: 30, max: 110, noNaN: true })),
  quality_: orAbsent(fc.constantFrom(0, 1, 4, 8)),
})
const present = (given: object) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
const pack = (of: fc.Arbitrary<object>, minLength = 0) =>
  fc.array(of.map(present), { minLength, maxLength: 6 })

describe('a plain pack read as columns', () => {
  it.each([
    ['JSON', json],
    ['CBOR', (records: object[]) => senmlCbor(records as SenmlRecord[])],
  ])('comes to what the long way says, in %s, or is left to it', (_, encode) => {
    fc.assert(
      fc.property(pack(record), (records) => {
        const payload = encode(records)
        const plain = plainRows(payload)
        if (plain) expect(plain).toEqual(longRows(payload))
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(pack(sane, 1), (records) => {
        const payload = encode(records)
        expect(plainRows(payload)).toEqual(longRows(payload))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is left to the long way wherever a byte is wrong, unless that finds nothing wrong', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 })
    fc.assert(
      fc.property(pack(sane), damage, fc.boolean(), fc.nat(), (records, changes, isCbor, cut) => {
        const whole = isCbor ? senmlCbor(records as SenmlRecord[]) : json(records)
        const bytes = Uint8Array.from(whole.subarray(0, whole.length - (cut % 3)))
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
        const plain = plainRows(bytes)
        if (plain) expect(plain).toEqual(longRows(bytes))
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    '[{"n":"heart-rate","v":072}]',
    '[{"n":"heart-rate","v":72.}]',
    '[{"n":"heart-rate","v":.5}]',
    '[{"n":"heart-rate","v":-}]',
    '[{"n":"heart-rate","v":+72}]',
    '[{"n":"heart-rate","v":72,}]',
    '[{"n":"heart-rate","v":72},]',
    '[{"n":"heart-rate","v":72}]x',
    '[{"n":"heart-rate","v":72}',
    '[{"n":"heart-rate","v":72,"v":73}]',
    '[{"n":"heart\\u002drate","v":72}]',
    '\ufeff[{"n":"heart-rate","v":72}]',
    '[{}]',
    '[[]]',
    '{}',
    '',
  ])('leaves %s to the long way', (text) => {
    expect(plainRows(Buffer.from(text))).toBeUndefined()
  })

  it('reads white space, and every number as JSON does', () => {
    const numbers = ['72', '72.0', '71.999999999999999999999999999', '7.2e1', '100']
    for (const text of numbers) {
      const payload = Buffer.from(` [ { "n" : "heart-rate" ,\n\t"v" :\r ${text} } ] `)
      expect(plainRows(payload) ?? longRows(payload)).toEqual(longRows(payload))
    }
  })

  it('takes ten thousand records, and no more', () => {
    const records = (count: number) => json(Array.from({ length: count }, () => ({ n: 'spo2', v: 97 })))
    expect(plainRows(records(10_000))).toHaveLength(10_000)
    expect(plainRows(records(10_001))).toBeUndefined()
  })

  it('has a bounded memory for names', () => {
    for (let i = 0; i < 3_000; i++) {
      expect(plainRows(json([{ n: 'heart-rate', u: `unit-${i}`, v: 72 }]))).toBeUndefined()
    }
    expect(plainRows(json([{ n: 'heart-rate', u: '/min', v: 72 }]))).toHaveLength(1)
  })
})
