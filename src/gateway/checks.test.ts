import { describe, expect, it } from 'vitest'
import { profileOf } from '../devices/index.ts'
import { type Micros, microsFromIso } from '../kernel/time.ts'
import { checkReading, checkWaveform } from './checks.ts'

const now = microsFromIso('2026-07-01T12:00:00Z')!
const senml = profileOf('vitalwire/senml')
const reading = (change: Partial<Parameters<typeof checkReading>[0]>) =>
  checkReading({ metric: 'heart-rate', value: 72, measuredAt: now, where: '/0', ...change }, senml, now)
const wave = (change: Partial<Parameters<typeof checkWaveform>[0]>) =>
  checkWaveform(
    {
      ...{
        metric: 'ecg-ii',
        startAt: (now - 1e6) as Micros,
        rateHz: 250,
        scale: 0.005,
        offset: 0,
        where: '/0',
      },
      ...{ samples: Int16Array.of(0, 100, -100), ...change },
    },
    senml,
    now,
  )
const later = (us: number) => (now + us) as Micros

describe('a reading', () => {
  it.each([
    ['by id', { metric: 'heart-rate' }, { metric: 'heart-rate', value: 72 }],
    ['by MDC', { metric: 'mdc:147842' }, { metric: 'heart-rate', value: 72 }],
    ['by LOINC', { metric: 'loinc:8867-4' }, { metric: 'heart-rate', value: 72 }],
    ['in hertz', { unit: 'Hz', value: 1.2 }, { value: 72 }],
    ['in mmol/L of glucose', { metric: 'glucose', unit: 'mmol/L', value: 5.5 }, { value: 99.0858 }],
    ['in Fahrenheit', { metric: 'body-temperature', unit: '[degF]', value: 98.6 }, { value: 37 }],
    ['at the low end', { value: 0 }, { value: 0 }],
    ['at the high end', { value: 350 }, { value: 350 }],
    ['missing', { value: Number.NaN, quality: 8 }, { value: Number.NaN, quality: 8 }],
    ['in the very first instant', { measuredAt: microsFromIso('2001-01-01T00:00:00Z')! }, { value: 72 }],
    ['five minutes ahead', { measuredAt: later(300e6) }, { value: 72 }],
  ])('passes %s', (_, change, expected) => {
    expect(reading(change)).toMatchObject({ ok: true, value: expected })
  })

  it.each([
    ['an unknown metric', { metric: 'mood' }, 'metric-unknown'],
    ['a name every object has', { metric: 'constructor' }, 'metric-unknown'],
    ['a waveform as a value', { metric: 'ecg-ii' }, 'metric-is-waveform'],
    ['a unit of something else', { unit: 'kg' }, 'unit-not-convertible'],
    ['a unit that is none', { unit: 'bananas' }, 'unit-not-convertible'],
    ['a value above all life', { value: 350.1 }, 'value-implausible'],
    ['a value below', { value: -0.1 }, 'value-implausible'],
    ['no number', { value: Number.NaN }, 'value-not-finite'],
    ['too much of a number', { value: Number.POSITIVE_INFINITY }, 'value-not-finite'],
    ['a time ahead', { measuredAt: later(300e6 + 1) }, 'time-in-future'],
    [
      'a time before 2001',
      { measuredAt: (microsFromIso('2001-01-01T00:00:00Z')! - 1) as Micros },
      'time-implausible',
    ],
    ['a time that is none', { measuredAt: Number.NaN as Micros }, 'time-implausible'],
    ['a time beyond all', { measuredAt: Number.MAX_VALUE as Micros }, 'time-implausible'],
    ['half a code', { metric: 'consciousness', value: 0.5 }, 'value-not-coded'],
  ])('is refused as %s', (_, change, code) => {
    expect(reading(change)).toMatchObject({ ok: false, problem: { code, where: '/0' } })
  })

  it('is refused where the device does not measure it, or its profile is gone', () => {
    const glucose = { metric: 'glucose', value: 90, measuredAt: now, where: '/3' }
    for (const profile of [profileOf('vitalwire/bp-cuff'), undefined]) {
      const outcome = checkReading(glucose, profile, now)
      expect(outcome).toMatchObject({ ok: false, problem: { code: 'metric-not-measured', where: '/3' } })
    }
  })

  it('says in words what was wrong and what to do', () => {
    const message = (outcome: ReturnType<typeof reading>) => (outcome.ok ? '' : outcome.problem.message)
    expect(message(reading({ value: 900 }))).toBe(
      'The value 900 /min lies outside 0 to 350 for heart-rate: a fault of the sensor, or a wrong unit.',
    )
    expect(message(reading({ unit: 'kg' }))).toContain(
      '“kg” does not convert to /min, the unit of heart-rate',
    )
    expect(message(reading({ metric: `x${'\u0007'.repeat(90)}` }))).toHaveLength(
      message(reading({ metric: 'x' })).length + 64,
    )
  })
})

describe('a waveform', () => {
  it('passes, its scale in the metric’s unit', () => {
    expect(wave({ unit: 'uV', scale: 5, offset: 100 })).toMatchObject({
      ok: true,
      value: { metric: 'ecg-ii', scale: 0.005, offset: 0.1 },
    })
  })
  it.each([
    ['a metric that is none', { metric: 'spo2' }, 'metric-not-waveform'],
    ['samples beyond the range', { scale: 1 }, 'value-implausible'],
    ['an endless scale', { scale: 1e308, offset: 1e308 }, 'value-implausible'],
    ['an end in the future', { samples: new Int16Array(250 * 302) }, 'time-in-future'],
    ['a begin before 2001', { startAt: 0 as Micros }, 'time-implausible'],
    ['a unit of something else', { unit: 'kg' }, 'unit-not-convertible'],
  ])('is refused with %s', (_, change, code) => {
    expect(wave(change)).toMatchObject({ ok: false, problem: { code } })
  })
})
