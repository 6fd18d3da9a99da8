import { describe, expect, it } from 'vitest'
import { chanceFrom } from '../chance.ts'
import { patientFrom } from '../fleet.ts'
import type { SenmlRecord } from '../wire/senml.ts'
import { SimulatedDevice } from './device.ts'
import type { Fault } from './fault.ts'
import { simulatedProfiles } from './profile.ts'

const startS = 1_700_000_000

function run(minutes: number, faults: readonly Fault[] = [], profileId = 'vitalwire/bedside', speed = 1) {
  const profile = simulatedProfiles.get(profileId)
  if (!profile) throw new Error(profileId)
  const device = new SimulatedDevice({
    id: 'd1',
    profile,
    patient: patientFrom(
      { id: 'p1', course: 'stable', startOffsetMinutes: 0, ageYears: 60, sex: 'male', weightKg: 80 },
      'device',
      14,
    ),
    faults,
    speed,
    startS,
    chance: chanceFrom('device'),
  })
  const records: (SenmlRecord & { readonly atS: number })[] = []
  for (let step = 0; step < minutes * 120; step++) {
    for (const pack of device.step(0.5).packs) {
      const baseS = pack[0]?.baseTimeS ?? Number.NaN
      for (const record of pack) records.push({ ...record, atS: baseS + (record.timeS ?? 0) })
    }
  }
  const of = (name: string) => records.filter((record) => record.name === name)
  return { records, of, device }
}

describe('a bedside monitor', () => {
  const { of, records } = run(16)

  it.each([
    ['heart-rate', 16 * 60],
    ['pulse-rate', 16 * 60],
    ['spo2', 16 * 60],
    ['respiratory-rate', 16 * 60],
    ['systolic-bp', 2],
    ['diastolic-bp', 2],
    ['mean-bp', 2],
    ['body-temperature', 4],
    ['oxygen-flow', 16],
    ['consciousness', 1],
  ])('sends %s %i times in 16 minutes', (metric, count) => {
    expect(of(metric)).toHaveLength(count)
  })

  it('has pressure, temperature and consciousness within its first seconds', () => {
    for (const metric of ['systolic-bp', 'body-temperature', 'consciousness', 'heart-rate', 'spo2']) {
      expect(of(metric)[0]?.atS, metric).toBeLessThanOrEqual(startS + 2)
    }
  })

  it('times numbers by the second and keeps them plain', () => {
    const times = of('heart-rate').map((record) => record.atS)
    expect(times.slice(0, 3)).toEqual([startS + 1, startS + 2, startS + 3])
    for (const record of records.filter((r) => r.samples === undefined)) {
      expect(Number.isFinite(record.value), record.name).toBe(true)
    }
  })

  it.each([
    ['ecg-ii', 250],
    ['pleth', 125],
    ['resp-impedance', 25],
  ])('draws %s at %i Hz, each piece where the last one ended', (metric, rateHz) => {
    const pieces = of(metric)
    expect(pieces.reduce((sum, piece) => sum + (piece.samples?.length ?? 0), 0)).toBe(16 * 60 * rateHz)
    let end = startS
    for (const piece of pieces) {
      expect(piece.atS).toBeCloseTo(end, 5)
      end = piece.atS + (piece.samples?.length ?? 0) / rateHz
    }
  })
})

describe('a home hub', () => {
  it('sends glucose in mg/dL each five minutes, and its battery and radio each minute', () => {
    const { of } = run(11, [], 'vitalwire/home-hub')
    expect(of('glucose')).toHaveLength(3)
    expect(of('glucose')[0]?.unit).toBe('mg/dL')
    expect(of('battery-level')).toHaveLength(11)
    expect(of('signal-strength')[0]?.value).toBeLessThan(-40)
  })

  it('measures by the patient’s time when the day is played fast', () => {
    const { of } = run(2, [], 'vitalwire/home-hub', 60)
    expect(of('systolic-bp').length).toBeGreaterThanOrEqual(2)
    expect(of('heart-rate')).toHaveLength(120)
  })
})

describe('faults', () => {
  it('send no value where a lead is off but say why, and draw it flat', () => {
    const fault: Fault = { kind: 'lead-off', sensor: 'ecg', startMinute: 1, durationSeconds: 60 }
    const { of } = run(3, [fault])
    const during = (r: { atS: number }) => r.atS > startS + 62 && r.atS < startS + 118
    for (const metric of ['heart-rate', 'respiratory-rate']) {
      expect(of(metric).filter(during).length, metric).toBeGreaterThan(50)
      for (const record of of(metric).filter(during)) {
        expect(record.value, metric).toBeUndefined()
        expect(record.quality, metric).toBe(10)
      }
    }
    expect(of('heart-rate').filter((r) => !during(r) && r.quality !== undefined).length).toBeLessThan(6)
    expect(of('spo2').filter(during).length).toBeGreaterThan(50)
    for (const piece of of('ecg-ii').filter(during)) expect(new Set(piece.samples)).toEqual(new Set([0]))
    expect(
      of('lead-off')
        .filter(during)
        .every((r) => r.value === 1),
    ).toBe(true)
    expect(of('lead-off').at(-1)?.value).toBe(0)
  })

  it('come again as often as they say', () => {
    const fault: Fault = { kind: 'drop-out', startMinute: 1, durationSeconds: 30, everyMinutes: 2 }
    const profile = run(0, [fault]).device
    const unreachable = Array.from({ length: 600 }, () => profile.step(0.5).faults.unreachable)
    const at = (minute: number) => unreachable[Math.round(minute * 120)]
    expect([at(0.5), at(1.2), at(1.6), at(3.2), at(3.6)]).toEqual([false, true, false, true, false])
  })

  it('put the clock wrong for numbers and waveforms alike, and let it drift', () => {
    const { of } = run(10, [{ kind: 'clock-skew', offsetSeconds: -7, driftPpm: 100 }])
    expect(of('heart-rate')[0]?.atS).toBeCloseTo(startS - 6, 3)
    expect(of('ecg-ii')[0]?.atS).toBeCloseTo(startS - 7, 3)
    expect(of('heart-rate').at(-1)?.atS).toBeCloseTo(startS + 600 - 7 + 0.06, 3)
  })

  it('run the battery down, not below 1 %', () => {
    const { of } = run(10, [{ kind: 'battery', startPercent: 3, percentPerHour: 60 }], 'vitalwire/home-hub')
    const levels = of('battery-level').map((r) => r.value ?? 0)
    expect(levels[0]).toBe(3)
    expect(levels.at(-1)).toBe(1)
    expect([...levels].sort((a, b) => b - a)).toEqual(levels)
  })

  it('a gap after sleep stays a gap: the signals go on from now', () => {
    const { device } = run(1)
    device.skip(3_600)
    const [pack] = device.step(0.5).packs
    expect(pack?.[0]?.baseTimeS).toBeCloseTo(startS + 60 + 3_600, 3)
    expect(pack?.[0]?.samples).toHaveLength(125)
  })
})
