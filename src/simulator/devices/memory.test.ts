import { describe, expect, it } from 'vitest'
import { findMetric } from '../../kernel/metrics/index.ts'
import { chanceFrom } from '../chance.ts'
import { patientFrom } from '../fleet.ts'
import { SimulatedDevice } from './device.ts'
import { packReadings, remember } from './memory.ts'
import { type SimulatedProfile, simulatedProfiles } from './profile.ts'

const untilS = 1_700_000_000
const hours = 24

function memoryOf(course: string, startOffsetMinutes: number, profileId = 'vitalwire/bedside') {
  const profile = simulatedProfiles.get(profileId) as SimulatedProfile
  const entry = { id: 'p1', course, startOffsetMinutes, ageYears: 69, sex: 'male', weightKg: 79 } as const
  const patient = patientFrom(entry, 'memory', 14, hours)
  const packs = remember({ profile, patient, hours, untilS })
  const readings = packs.flatMap((pack) =>
    pack.map((r) => ({
      name: r.name,
      value: r.value ?? Number.NaN,
      unit: r.unit,
      beforeS: untilS - (pack[0]?.baseTimeS ?? 0) - (r.timeS ?? 0),
    })),
  )
  return { profile, patient, packs, readings, of: (name: string) => readings.filter((r) => r.name === name) }
}

describe('a device’s memory of the day before', () => {
  const septic = memoryOf('sepsis', 240)

  it.each([
    ['heart-rate', 22 * 12 + 120],
    ['systolic-bp', 24 * 4],
    ['body-temperature', 24 * 12],
    ['consciousness', 24 * 2],
    ['oxygen-flow', 22 * 12 + 120],
    ['lead-off', 0],
  ])('holds %s each minute of two hours, each five before, or at its own pace: %i times', (name, count) => {
    expect(septic.of(name)).toHaveLength(count)
  })

  it('is in order, ends before what is measured now, and comes in packs that a server can take', () => {
    const times = septic.of('heart-rate').map(({ beforeS }) => beforeS)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect([times[0], times.at(-1)]).toEqual([hours * 3_600, 60])
    for (const pack of septic.packs) {
      expect(pack.length).toBeLessThanOrEqual(packReadings)
      expect(pack[0]?.baseTimeS).toBeDefined()
    }
  })

  it('holds only what the metric can be', () => {
    for (const { readings } of [septic, memoryOf('hypoglycaemia', 90, 'vitalwire/home-hub')]) {
      for (const { name, value, unit } of readings) {
        const metric = findMetric(name)
        expect(metric, name).toBeDefined()
        if (unit === undefined) expect(value, name).toBeGreaterThanOrEqual(metric?.range[0] ?? Number.NaN)
        if (unit === undefined) expect(value, name).toBeLessThanOrEqual(metric?.range[1] ?? Number.NaN)
      }
    }
  })

  it('shows who is ill now well yesterday and worse from hour to hour', () => {
    const mean = (name: string, fromHoursBefore: number) => {
      const within = septic
        .of(name)
        .filter(
          ({ beforeS }) => beforeS <= fromHoursBefore * 3_600 && beforeS > (fromHoursBefore - 1) * 3_600,
        )
      return within.reduce((sum, { value }) => sum + value, 0) / within.length
    }
    expect(mean('body-temperature', 24)).toBeLessThan(37.5)
    expect(mean('heart-rate', 1)).toBeGreaterThan(mean('heart-rate', 24) + 25)
    for (const hour of [1, 2]) {
      expect(mean('heart-rate', hour)).toBeGreaterThan(mean('heart-rate', hour + 1))
      expect(mean('spo2', hour)).toBeLessThan(mean('spo2', hour + 1))
    }
  })

  it('goes over into what is measured now without a jump', () => {
    const { profile, patient, of } = memoryOf('sepsis', 240)
    const device = new SimulatedDevice({
      id: 'd1',
      profile,
      patient,
      faults: [],
      speed: 1,
      startS: untilS,
      chance: chanceFrom('d1'),
    })
    const live = Array.from({ length: 120 }, () => device.step(0.5).packs.flat())
    for (const [name, most] of [
      ['heart-rate', 8],
      ['spo2', 2],
      ['systolic-bp', 8],
      ['body-temperature', 0.2],
    ] as const) {
      const now = live.flat().findLast((record) => record.name === name)?.value ?? Number.NaN
      expect(Math.abs(now - (of(name).at(-1)?.value ?? Number.NaN)), name).toBeLessThanOrEqual(most)
    }
  })

  it('is the same again for the same patient and the same end', () => {
    expect(memoryOf('sepsis', 240).packs).toEqual(septic.packs)
  })
})
