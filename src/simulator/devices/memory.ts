/**
 * What a device measured before it was connected: the last hours of its patient at coarse steps, kept in its memory and
 * sent when it has a line, as a monitor does after an outage.
 */
import { longestStepS, type Patient } from '../physiology/patient.ts'
import type { SenmlRecord } from '../wire/senml.ts'
import type { Measurement, SimulatedProfile } from './profile.ts'

/** A pack of a memory that is read out holds so many readings at most. */
export const packReadings = 400
const recentS = 2 * 3_600
const recentEveryS = 60
const earlierEveryS = 300

/** Jobs with a longer period than the grid keep it; streams thin out to the grid. */
const gridAt = (beforeS: number): number => (beforeS > recentS ? earlierEveryS : recentEveryS)

/**
 * Moves the patient by so many hours up to `untilS` (seconds since 1970, by the device's clock) and answers what was
 * measured on the way: SenML packs, oldest first. Same patient, same time: same packs.
 */
export function remember(setup: {
  readonly profile: SimulatedProfile
  readonly patient: Patient
  readonly hours: number
  readonly untilS: number
}): readonly (readonly SenmlRecord[])[] {
  const { patient, hours, untilS } = setup
  const jobs = setup.profile.jobs.filter((job) => job.about === 'patient')
  const packs: SenmlRecord[][] = []
  for (let beforeS = hours * 3_600; beforeS > 0; beforeS -= longestStepS) {
    const gridS = gridAt(beforeS)
    if (beforeS % gridS === 0) {
      const due = jobs.filter((job) => beforeS % Math.max(job.everyS, gridS) === 0)
      const reading = readingOf(patient)
      append(
        packs,
        untilS - beforeS,
        due.flatMap((job) => job.measure(reading)),
      )
    }
    patient.step(longestStepS)
  }
  return packs
}

/** Beats and breaths are not drawn for the past: the body's own rates stand for their count. */
function readingOf(patient: Patient) {
  const vitals = patient.vitals()
  const { heartRate, respiratoryRate } = vitals
  const device = { ecgOff: false, spo2Off: false, batteryPercent: Number.NaN, signalDbm: Number.NaN }
  return { vitals, heartRate, respiratoryRate, ...device }
}

function append(packs: SenmlRecord[][], atS: number, measured: readonly Measurement[]): void {
  let pack = packs.at(-1)
  if (!pack || pack.length + measured.length > packReadings) {
    pack = []
    packs.push(pack)
  }
  const baseTimeS = pack[0]?.baseTimeS ?? atS
  for (const { metric, value, unit } of measured) {
    pack.push({
      ...(pack.length === 0 ? { baseTimeS } : {}),
      name: metric,
      timeS: atS - baseTimeS,
      value,
      ...(unit ? { unit } : {}),
    })
  }
}
