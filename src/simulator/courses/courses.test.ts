import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patientFrom } from '../fleet.ts'
import { longestStepS, type Patient, type Vitals } from '../physiology/patient.ts'
import { type Course, courseMinutes, driveAt, type ExpectedVital } from './course.ts'
import { courses } from './index.ts'

const bodies = [
  { seed: 'a', ageYears: 34, sex: 'female', weightKg: 58 },
  { seed: 'b', ageYears: 67, sex: 'male', weightKg: 84 },
  { seed: 'c', ageYears: 86, sex: 'female', weightKg: 49 },
] as const

type Body = Omit<(typeof bodies)[number], 'seed' | 'ageYears' | 'weightKg' | 'sex'> & {
  seed: string
  ageYears: number
  sex: 'female' | 'male'
  weightKg: number
}

const begin = (course: Course, body: Body, startOffsetMinutes = 0): Patient =>
  patientFrom({ id: 'p', course: course.id, startOffsetMinutes, ...body }, body.seed, 9)

/** The body at each minute; what is claimed of ten-minute means holds in steps of any length (tested below). */
function play(course: Course, body: Body, minutes: number, stepS = longestStepS): readonly Vitals[] {
  const patient = begin(course, body)
  return Array.from({ length: minutes }, () => {
    for (let second = 0; second < 60; second += stepS) patient.step(stepS)
    return patient.vitals()
  })
}

const tenMinuteMean = (played: readonly Vitals[], minute: number, vital: ExpectedVital): number => {
  const window = played.slice(Math.max(0, minute - 5), minute + 5)
  return window.reduce((sum, v) => sum + v[vital], 0) / window.length
}

const plausible: Readonly<
  Record<ExpectedVital | 'diastolic' | 'tidalVolumeL' | 'perfusion', readonly [number, number]>
> = {
  heartRate: [30, 200],
  systolic: [35, 240],
  diastolic: [15, 140],
  respiratoryRate: [4, 48],
  spo2: [50, 100],
  temperature: [34.5, 41.5],
  glucoseMgPerDl: [15, 500],
  tidalVolumeL: [0.1, 2],
  perfusion: [0.1, 2.5],
}

describe.each([...courses.values()])('$id', (course) => {
  it.each(bodies)(
    'shows what it says it shows, and moves as it says, in a body of $ageYears years',
    (body) => {
      const last = Math.max(
        0,
        ...course.expects.map((e) => e.atMinute),
        ...(course.trends ?? []).map((t) => t.toMinute),
      )
      const played = play(course, body, last + 10)
      for (const { atMinute, vital, range } of course.expects) {
        const value = tenMinuteMean(played, atMinute, vital)
        expect(value, `${vital} at ${atMinute} min`).toBeGreaterThanOrEqual(range[0])
        expect(value, `${vital} at ${atMinute} min`).toBeLessThanOrEqual(range[1])
      }
      for (const { vital, direction, fromMinute, toMinute } of course.trends ?? []) {
        for (let minute = fromMinute + 60; minute <= toMinute; minute += 60) {
          const change = tenMinuteMean(played, minute, vital) - tenMinuteMean(played, minute - 60, vital)
          expect(direction === 'rises' ? change : -change, `${vital} at ${minute} min`).toBeGreaterThan(0)
        }
      }
    },
  )

  it('is a course of positive phases whose drive is finite and without a jump inside a phase', () => {
    for (const phase of course.phases) expect(phase.minutes, phase.name).toBeGreaterThan(0)
    for (let minute = -10; minute < courseMinutes(course) + 10; minute += 3) {
      for (const value of Object.values(driveAt(course, minute))) {
        expect(typeof value === 'string' || Number.isFinite(value)).toBe(true)
      }
    }
  })
})

it('keeps every value finite and plausible in any adult, on any course, from any minute', () => {
  const anyBody = fc.record({
    seed: fc.string({ minLength: 1, maxLength: 8 }),
    ageYears: fc.integer({ min: 18, max: 100 }),
    sex: fc.constantFrom('female' as const, 'male' as const),
    weightKg: fc.integer({ min: 40, max: 160 }),
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...courses.values()),
      anyBody,
      fc.integer({ min: 0, max: 1_500 }),
      (course, body, at) => {
        const patient = begin(course, body, at)
        for (let second = 0; second < 1_200; second++) {
          patient.step()
          if (second % 20 !== 0) continue
          const vitals = patient.vitals()
          for (const [vital, [low, high]] of Object.entries(plausible)) {
            const value = vitals[vital as ExpectedVital]
            if (!(value >= low && value <= high)) throw new Error(`${course.id}: ${vital} ${value}`)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
})

it('keeps a stable patient inside the usual alarm limits through a day, whoever it is', () => {
  const stable = courses.get('stable') as Course
  for (const body of [...bodies, { seed: 'd', ageYears: 95, sex: 'male', weightKg: 110 } as const]) {
    const patient = begin(stable, body)
    const stepS = body === bodies[1] ? 1 : longestStepS
    for (let second = 0; second < 86_400; second += stepS) {
      patient.step(stepS)
      if (second % 5 !== 0) continue
      const { heartRate, respiratoryRate, spo2, systolic, temperature, consciousness } = patient.vitals()
      const within =
        heartRate >= 55 && heartRate <= 105 && respiratoryRate >= 10 && respiratoryRate <= 22 && spo2 >= 92
      const calm =
        systolic > 95 && systolic < 175 && temperature > 35.8 && temperature < 38 && consciousness === 'alert'
      if (!within || !calm) {
        throw new Error(`${body.ageYears} y at ${second} s: ${JSON.stringify(patient.vitals())}`)
      }
    }
  }
})

it.each([...courses.values()])('$id goes the same way in long steps as in short ones', (course) => {
  const minutes = Math.min(600, courseMinutes(course))
  const [short, long] = [1, longestStepS].map((stepS) => play(course, bodies[1], minutes, stepS))
  const hourMean = (played: readonly Vitals[] = [], hour: number, vital: ExpectedVital) =>
    played.slice(60 * hour, 60 * hour + 60).reduce((sum, v) => sum + v[vital], 0) / 60
  // Noise differs, so hourly means may differ by what noise leaves in them.
  const differsBy = { heartRate: 2.5, systolic: 2, respiratoryRate: 1, spo2: 0.6, temperature: 0.05 } as const
  for (let hour = 0; hour < Math.floor(minutes / 60); hour++) {
    for (const [name, most] of Object.entries(differsBy)) {
      const vital = name as ExpectedVital
      const difference = Math.abs(hourMean(short, hour, vital) - hourMean(long, hour, vital))
      expect(difference, `${vital} in hour ${hour}`).toBeLessThan(most)
    }
  }
})

it('gives the same day for the same seed and another for another', () => {
  const day = (seed: string) => play(courses.get('sepsis') as Course, { ...bodies[0], seed }, 30)
  expect(day('one')).toEqual(day('one'))
  expect(day('one')).not.toEqual(day('two'))
})

it('repeats or holds after its last phase', () => {
  const fibrillation = courses.get('atrial-fibrillation') as Course
  const length = courseMinutes(fibrillation)
  expect(driveAt(fibrillation, length + 100).rhythm).toBe('atrial-fibrillation')
  const sepsis = courses.get('sepsis') as Course
  expect(driveAt(sepsis, 100_000)).toEqual(driveAt(sepsis, courseMinutes(sepsis)))
})
