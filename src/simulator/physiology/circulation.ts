import type { Drive } from './drive.ts'
import type { Person } from './person.ts'

/** Heart, vessels and the reflex between them. */
export interface CirculationState {
  readonly heartRate: number
  readonly strokeVolumeMl: number
  readonly cardiacOutputLPerMin: number
  readonly meanPressure: number
  readonly systolic: number
  readonly diastolic: number
  /** Sympathetic tone: −1 withdrawn … 0 rest … 1 full. */
  readonly sympathetic: number
}

export interface CirculationInputs {
  readonly drive: Drive
  readonly temperature: number
  /** 0 rest … 1 walking. */
  readonly activity: number
  /** Hypoxia, low glucose, fear: pushes tone directly, 0 … 1. */
  readonly stress: number
  readonly circadianHeartRate: number
  readonly heartRateNoise: number
  readonly pressureNoise: number
}

const reflexGain = 3
const reflexLagS = 12
const heartLagS = 6

export const circulationAtRest = (person: Person): CirculationState => ({
  heartRate: person.heartRate,
  strokeVolumeMl: (person.cardiacOutputLPerMin * 1_000) / person.heartRate,
  cardiacOutputLPerMin: person.cardiacOutputLPerMin,
  meanPressure: person.meanPressure,
  systolic: person.meanPressure + (2 / 3) * person.pulsePressure,
  diastolic: person.meanPressure - person.pulsePressure / 3,
  sympathetic: 0,
})

/** The stroke falls as the heart speeds: venous return, not rate, bounds output (exponent 0.6). */
function strokeVolume(person: Person, heartRate: number, drive: Drive): number {
  const resting = (person.cardiacOutputLPerMin * 1_000) / person.heartRate
  const preload = Math.max(0.2, Math.min(1.1, 1 - 1.5 * drive.volumeLoss))
  const atrialKick = drive.rhythm === 'atrial-fibrillation' ? 0.88 : 1
  return resting * drive.contractility * preload * atrialKick * (person.heartRate / heartRate) ** 0.6
}

function heartRateTarget(person: Person, sympathetic: number, inputs: CirculationInputs): number {
  const { drive } = inputs
  const fever = 8 * Math.max(-1, inputs.temperature - 37)
  const target =
    person.heartRate +
    (sympathetic > 0 ? 70 : 30) * sympathetic +
    fever +
    12 * inputs.activity +
    drive.chronotropy +
    inputs.circadianHeartRate +
    inputs.heartRateNoise
  return Math.max(32, Math.min(208 - 0.7 * person.ageYears, target))
}

export function stepCirculation(
  person: Person,
  state: CirculationState,
  inputs: CirculationInputs,
  seconds: number,
): CirculationState {
  const { drive } = inputs
  const error = (person.meanPressure - state.meanPressure) / person.meanPressure
  const wanted = Math.tanh(reflexGain * error + 0.2 * drive.pain + inputs.stress - 0.25 * drive.sedation)
  const sympathetic = state.sympathetic + (wanted - state.sympathetic) * (1 - Math.exp(-seconds / reflexLagS))
  const target = heartRateTarget(person, sympathetic, inputs)
  const heartRate = state.heartRate + (target - state.heartRate) * (1 - Math.exp(-seconds / heartLagS))
  const strokeVolumeMl = strokeVolume(person, heartRate, drive)
  const cardiacOutputLPerMin = (heartRate * strokeVolumeMl) / 1_000
  const resistance = (1 - 0.75 * drive.vasodilation) * (1 + 0.45 * sympathetic)
  const flow = cardiacOutputLPerMin / person.cardiacOutputLPerMin
  const meanPressure = Math.max(25, person.meanPressure * flow * resistance + inputs.pressureNoise)
  const resting = (person.cardiacOutputLPerMin * 1_000) / person.heartRate
  const pulse = Math.max(12, person.pulsePressure * (strokeVolumeMl / resting) ** 0.7)
  return {
    heartRate,
    strokeVolumeMl,
    cardiacOutputLPerMin,
    meanPressure,
    systolic: meanPressure + (2 / 3) * pulse,
    diastolic: Math.max(15, meanPressure - pulse / 3),
    sympathetic,
  }
}
