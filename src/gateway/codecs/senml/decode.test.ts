import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SenmlRecord, senmlCbor, senmlJson } from '../../../../tests/senml.ts'
import { type Micros, microsFromIso } from '../../../kernel/time.ts'
import { decodeSenml } from './decode.ts'

const now = microsFromIso('2026-07-01T12:00:00Z')!
const int16 = (...samples: number[]) => Buffer.from(Int16Array.from(samples).buffer)
const decode = (payload: Uint8Array, receivedAt: Micros = now) => {
  const outcome = decodeSenml(payload, receivedAt)
  if (!outcome.ok) throw new Error(outcome.problem.code)
  return outcome.value
}
const formats = [
  ['JSON', senmlJson],
  ['CBOR', senmlCbor],
  ['CBOR with string labels', (records: readonly SenmlRecord[]) => senmlCbor(records, { strings: true })],
] as const

describe.each(formats)('SenML as %s', (_, encode) => {
  const one = (...records: SenmlRecord[]) => decode(encode(records))

  it('reads the packs of the RFC', () => {
    // RFC 8428 §5.1.2, with names of ours
    const { readings, problems } = one(
      { bn: 'urn:dev:ow:10e2073a01080063:', n: 'heart-rate', u: '/min', v: 72 },
      { n: 'spo2', u: '%', v: 97.5 },
    )
    expect(problems).toEqual([])
    expect(readings).toEqual([
      { metric: 'heart-rate', unit: '/min', value: 72, measuredAt: now, byReceipt: true, where: '/0' },
      { metric: 'spo2', unit: '%', value: 97.5, measuredAt: now, byReceipt: true, where: '/1' },
    ])
  })

  it('reads what the clock of the device shows, by itself or with a reading, and which times it gave', () => {
    const clock_ = 1_767_225_600.5
    const alone = one({ bn: 'urn:dev:x:', clock_ }, { n: 'spo2', v: 97, t: 1_767_225_600 })
    const along = one({ n: 'spo2', v: 97, t: -5 }, { n: 'spo2', v: 96, clock_ })
    expect([alone.deviceTime, along.deviceTime, one({ n: 'spo2', v: 97 }).deviceTime]).toEqual([
      1_767_225_600_500_000,
      1_767_225_600_500_000,
      undefined,
    ])
    expect([alone, along].map(({ problems }) => problems)).toEqual([[], []])
    expect(alone.readings.map(({ byReceipt }) => byReceipt)).toEqual([undefined])
    expect(along.readings.map(({ byReceipt }) => byReceipt)).toEqual([true, true])
  })

  it('carries base name, unit, time and value forward until they are set again', () => {
    const { readings } = one(
      { bn: 'interstitial-glucose', bt: 1_767_225_600, bu: 'mmol/L', bv: 5 },
      { v: 0.5 },
      { v: 0.75, t: 300 },
      { v: 1, t: -300.5, u: 'mg/dL', bv: 90 },
    )
    const at = (seconds: number) => (1_767_225_600 + seconds) * 1e6
    expect(readings.map(({ measuredAt, value, unit }) => [measuredAt - at(0), value, unit])).toEqual([
      [0, 5.5, 'mmol/L'],
      [300e6, 5.75, 'mmol/L'],
      [-300.5e6, 91, 'mg/dL'],
    ])
  })

  it.each([
    ['absent is now', {}, 0],
    ['small is relative to now', { t: -5 }, -5],
    ['small counts with its base', { bt: -10, t: 4 }, -6],
    ['just below 2^28 is still relative', { t: 2 ** 28 - 1 }, 2 ** 28 - 1],
  ])('times: %s', (_name, time, seconds) => {
    expect(one({ n: 'spo2', v: 97, ...time }).readings[0]?.measuredAt).toBe(now + seconds * 1e6)
  })

  it('takes 2^28 and more as absolute', () => {
    expect(one({ n: 'spo2', v: 97, t: 2 ** 28 }).readings[0]?.measuredAt).toBe(2 ** 28 * 1e6)
    expect(one({ n: 'spo2', v: 97, t: 1_767_225_600.000_001 }).readings[0]?.measuredAt).toBe(
      1_767_225_600_000_001,
    )
  })

  it('reads coded values by code, by word and as truth', () => {
    const { readings } = one(
      { n: 'consciousness', vs: 'A' },
      { n: 'consciousness', vs: 'new confusion' },
      { n: 'help-call', vb: true },
    )
    expect(readings.map((reading) => reading.value)).toEqual([0, 1, 1])
  })

  it('reads a waveform', () => {
    const { waveforms } = one({
      ...{ n: 'ecg-ii', u: 'mV', t: 1_767_225_600, vd: int16(0, -1, 32_767, -32_768) },
      ...{ rateHz_: 250, scale_: 0.005, offset_: 0.5 },
    })
    expect(waveforms).toEqual([
      {
        ...{ metric: 'ecg-ii', unit: 'mV', startAt: 1_767_225_600e6, where: '/0' },
        ...{ rateHz: 250, scale: 0.005, offset: 0.5, samples: Int16Array.of(0, -1, 32_767, -32_768) },
      },
    ])
  })

  it('reads a missing value and its quality', () => {
    const { readings } = one({ n: 'spo2', quality_: 10 }, { n: 'heart-rate', v: 70, quality_: 1 })
    expect(readings).toMatchObject([
      { value: Number.NaN, quality: 10 },
      { value: 70, quality: 1 },
    ])
  })

  it('ignores fields it need not understand', () => {
    expect(one({ n: 'spo2', v: 97, l: 'a link', foo: 3 }).problems).toEqual([])
  })

  it.each<[string, SenmlRecord, string, string]>([
    ['a field that must be understood', { n: 'spo2', v: 97, lens_: 1 }, 'field-not-understood', '/0/lens_'],
    ['a value that is text', { n: 'spo2', v: '97' }, 'field-wrong-type', '/0/v'],
    ['a name that is a number', { n: 7, v: 97 }, 'field-wrong-type', '/0/n'],
    ['no name', { v: 97 }, 'name-missing', '/0'],
    ['a name with spaces', { n: 'heart rate', v: 97 }, 'name-invalid', '/0/n'],
    ['no value', { n: 'spo2' }, 'value-missing', '/0'],
    ['a sum in place of a value', { n: 'spo2', s: 3 }, 'value-missing', '/0'],
    ['text for a number', { n: 'spo2', vs: 'high' }, 'value-not-numeric', '/0'],
    ['truth for a number', { n: 'spo2', vb: true }, 'value-not-numeric', '/0'],
    ['a word of no code', { n: 'consciousness', vs: 'sleepy' }, 'value-not-coded', '/0/vs'],
    ['a code of an unknown metric', { n: 'mood', vs: 'A' }, 'metric-unknown', '/0'],
    ['a clock that shows no time', { n: 'spo2', v: 97, clock_: 12 }, 'field-wrong-type', '/0/clock_'],
    ['a quality out of range', { n: 'spo2', v: 97, quality_: 300 }, 'field-wrong-type', '/0/quality_'],
    ['a later version', { bver: 11, n: 'spo2', v: 97 }, 'version-not-supported', '/0/bver'],
    ['a waveform without a rate', { n: 'ecg-ii', vd: int16(1) }, 'waveform-unreadable', '/0/rateHz_'],
    ['a waveform of rate 0', { n: 'ecg-ii', vd: int16(1), rateHz_: 0 }, 'waveform-unreadable', '/0/rateHz_'],
    ['half a sample', { n: 'ecg-ii', vd: Buffer.of(1, 2, 3), rateHz_: 9 }, 'waveform-unreadable', '/0/vd'],
    ['an empty waveform', { n: 'ecg-ii', vd: Buffer.of(), rateHz_: 9 }, 'waveform-unreadable', '/0/vd'],
    [
      'a scale of 0',
      { n: 'ecg-ii', vd: int16(1), rateHz_: 9, scale_: 0 },
      'waveform-unreadable',
      '/0/scale_',
    ],
  ])('refuses %s, and the next record stands', (_name, bad, code, where) => {
    const { readings, problems } = one(bad, { bver: 10, n: 'heart-rate', v: 72 })
    expect(problems[0]).toMatchObject({ code, where })
    // A pack of a later version is refused as a whole: none of its fields may mean what they did.
    if (code === 'version-not-supported') expect(readings).toEqual([])
    else expect(readings).toMatchObject([{ metric: 'heart-rate', value: 72 }])
  })

  it('refuses what follows a base field that cannot be read', () => {
    const { readings, problems } = one(
      { n: 'spo2', v: 97 },
      { bt: 'noon', n: 'spo2', v: 96 },
      { n: 'spo2', v: 95 },
    )
    expect(readings).toHaveLength(1)
    expect(problems.map((problem) => problem.code)).toEqual(['field-wrong-type', 'base-unreadable'])
  })

  it('never throws on a pack cut at any byte, and never takes it for whole', () => {
    const payload = encode([
      { bn: 'urn:dev:x:', bt: 1_767_225_600, n: 'heart-rate', v: 72.25 },
      { n: 'ecg-ii', vd: int16(1, 2, 3), rateHz_: 250, scale_: 0.5 },
    ])
    for (let length = 0; length < payload.length; length++) {
      expect(decodeSenml(payload.subarray(0, length), now).ok).toBe(false)
    }
    expect(decode(payload).problems).toEqual([])
  })

  it('gives back what was encoded, whatever it was', () => {
    const record = fc.record({
      n: fc.constantFrom('heart-rate', 'spo2', 'mdc:147842', 'loinc:8867-4'),
      v: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      t: fc.integer({ min: 2 ** 28, max: 2 ** 33 }),
      u: fc.constantFrom('%', '/min', 'mm[Hg]'),
    })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
        expect(decode(encode(records)).readings).toEqual(
          records.map(({ n, v, t, u }, at) => ({
            ...{ metric: n, unit: u, value: v + 0, measuredAt: t * 1e6, where: `/${at}` },
          })),
        )
      }),
      { numRuns: 100 },
    )
  })
})

describe('a payload from outside', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.of(), 'payload-empty'],
    ['text', Buffer.from('hello'), 'payload-not-json'],
    ['an object', Buffer.from('{"n":"spo2"}'), 'payload-not-senml'],
    ['a number', Buffer.from('7'), 'payload-not-senml'],
    ['broken UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'payload-not-json'],
    ['more than a mebibyte', Buffer.alloc((1 << 20) + 1, 0x20), 'payload-too-large'],
    ['too many records', Buffer.from(`[${'{},'.repeat(10_000)}{}]`), 'payload-too-many-records'],
    ['a CBOR array of 2^32 items', Buffer.from([0x9b, 0, 0, 0, 1, 0, 0, 0, 0]), 'payload-not-cbor'],
    ['CBOR nested a million deep', Buffer.alloc(1_000_000, 0x81), 'payload-not-cbor'],
    ['CBOR with bytes behind it', Buffer.from([0x80, 0x00]), 'payload-not-cbor'],
    ['a CBOR string longer than all', Buffer.from([0x81, 0x7b, 0, 0, 0, 9, 0, 0, 0, 0]), 'payload-not-cbor'],
  ])('is refused where it is %s', (_, payload, code) => {
    expect(decodeSenml(payload, now)).toMatchObject({ ok: false, problem: { code } })
  })

  it.each(['[1]', '[null]', '[[]]', '["a"]'])('refuses a record that is none: %s', (text) => {
    expect(decode(Buffer.from(text)).problems).toMatchObject([{ code: 'record-not-object' }])
  })

  it('does not repeat the payload in its reason', () => {
    const outcome = decodeSenml(Buffer.from('[{"n":"Jane Doe" oops}]'), now)
    expect(outcome).toMatchObject({ ok: false })
    expect(JSON.stringify(outcome)).not.toContain('Jane')
  })

  it('takes indefinite lengths, half floats and tags of CBOR', () => {
    // [_ {_ n: (_ "sp", "o2"), v: float16 96.5, t: tag 1 (1767225600)}]
    const bytes = Buffer.from('9fbf007f62737062' + '6f32ff02f9560806c11a6955b900ffff', 'hex')
    expect(decode(bytes).readings).toMatchObject([
      { metric: 'spo2', value: 96.5, measuredAt: 1_767_225_600e6 },
    ])
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeSenml(bytes, now)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        decodeSenml(Buffer.concat([Buffer.of(0x9f), bytes]), now)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        decodeSenml(Buffer.from(text), now)
      }),
      { numRuns: 500 },
    )
  })
})
