import { type Drive, restingDrive } from '../physiology/drive.ts'
import type { Person } from '../physiology/person.ts'

/** A stretch of an illness: over its minutes the numbers move in straight lines to `to`; the rhythm changes at once. */
export interface Phase {
  readonly name: string
  readonly minutes: number
  readonly to: Partial<Drive>
}

export type ExpectedVital =
  | 'heartRate'
  | 'systolic'
  | 'respiratoryRate'
  | 'spo2'
  | 'temperature'
  | 'glucoseMgPerDl'

/** A course is data: what the illness does, and what a body must then show. */
export interface Course {
  readonly id: string
  readonly title: string
  /** Chronic disease as a change of the resting body. */
  readonly shape: (person: Person) => Person
  /** Before the first phase. */
  readonly from: Partial<Drive>
  readonly phases: readonly Phase[]
  /** After the last phase: stay there, or begin again. */
  readonly after: 'hold' | 'repeat'
  /** Own insulin secretion: 1 healthy … 0 none. */
  readonly insulinSecretion: number
  /** Where a ten-minute mean must lie, for any seed and adult. */
  readonly expects: readonly {
    readonly atMinute: number
    readonly vital: ExpectedVital
    readonly range: readonly [low: number, high: number]
  }[]
  /** Ten-minute means, taken each hour, that only rise or only fall between two minutes. */
  readonly trends?: readonly {
    readonly vital: ExpectedVital
    readonly direction: 'rises' | 'falls'
    readonly fromMinute: number
    readonly toMinute: number
  }[]
}

/** A course with what most courses share. */
export const defineCourse = (
  course: Pick<Course, 'id' | 'title' | 'phases' | 'expects'> & Partial<Course>,
): Course => ({
  shape: (person) => person,
  from: {},
  after: 'hold',
  insulinSecretion: 1,
  ...course,
})

export const courseMinutes = (course: Course): number =>
  course.phases.reduce((sum, phase) => sum + phase.minutes, 0)

const compiled = new WeakMap<
  Course,
  readonly { startMinute: number; phase: Phase; from: Drive; to: Drive }[]
>()

function legsOf(course: Course) {
  const known = compiled.get(course)
  if (known) return known
  let from: Drive = { ...restingDrive, ...course.from }
  let startMinute = 0
  const legs = course.phases.map((phase) => {
    const to: Drive = { ...from, ...phase.to }
    const leg = { startMinute, phase, from, to }
    startMinute += phase.minutes
    from = to
    return leg
  })
  compiled.set(course, legs)
  return legs
}

/** What the course does at a minute; before minute 0 it is `from`. */
export function driveAt(course: Course, minute: number): Drive {
  const legs = legsOf(course)
  const first = legs[0]
  const last = legs.at(-1)
  if (!first || !last || minute < 0) return { ...restingDrive, ...course.from }
  const total = last.startMinute + last.phase.minutes
  if (course.after === 'hold' && minute >= total) return last.to
  const within = minute % total
  const leg = legs.findLast((l) => l.startMinute <= within) ?? first
  return between(leg.from, leg.to, (within - leg.startMinute) / leg.phase.minutes)
}

function between(from: Drive, to: Drive, share: number): Drive {
  const mix = (key: Exclude<keyof Drive, 'rhythm'>) => from[key] + (to[key] - from[key]) * share
  return {
    feverCelsius: mix('feverCelsius'),
    vasodilation: mix('vasodilation'),
    volumeLoss: mix('volumeLoss'),
    contractility: mix('contractility'),
    shunt: mix('shunt'),
    deadSpace: mix('deadSpace'),
    breathlessness: mix('breathlessness'),
    sedation: mix('sedation'),
    pain: mix('pain'),
    chronotropy: mix('chronotropy'),
    // Flow is set by hand at the start of a phase, in steps.
    oxygenLPerMin: to.oxygenLPerMin,
    insulin: mix('insulin'),
    dextrose: mix('dextrose'),
    pvcPerMin: mix('pvcPerMin'),
    rhythm: to.rhythm,
  }
}
