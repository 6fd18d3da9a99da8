import type { Drive } from './drive.ts'
import { arterialSaturation, inspiredFraction, tensionAt } from './oxygen.ts'
import type { Person } from './person.ts'

/** Breath, gas and the chemoreceptors between them. */
export interface BreathingState {
  readonly rate: number
  readonly tidalVolumeL: number
  readonly carbonDioxideMmHg: number
  /** Arterial, 0 … 1. */
  readonly saturation: number
}

export interface BreathingInputs {
  readonly drive: Drive
  readonly temperature: number
  readonly activity: number
  /** Metabolic acid, 0 none … 1 severe. */
  readonly acidosis: number
  readonly cardiacOutputLPerMin: number
  readonly rateNoise: number
}

export const breathingAtRest = (person: Person): BreathingState => ({
  rate: person.respiratoryRate,
  tidalVolumeL: person.tidalVolumeL,
  carbonDioxideMmHg: person.co2SetPoint,
  saturation: 0.965,
})

const rateLagS = 20
const carbonDioxideLagS = 75
const saturationLagS = 25

function driveToBreathe(person: Person, state: BreathingState, inputs: BreathingInputs): number {
  const excess = state.carbonDioxideMmHg - person.co2SetPoint
  // Low carbon dioxide brakes less than high carbon dioxide drives.
  const chemical = excess > 0 ? 0.04 * excess : 0.015 * excess
  // The carotid bodies answer below about 64 mmHg, a saturation of 92 %.
  const hypoxia = state.saturation < 0.92 ? 0.8 * Math.max(0, (64 - tensionAt(state.saturation)) / 30) : 0
  const total =
    1 +
    chemical +
    hypoxia +
    0.12 * Math.max(0, inputs.temperature - 37) +
    0.6 * inputs.acidosis +
    0.2 * inputs.drive.pain +
    0.25 * inputs.activity +
    inputs.drive.breathlessness
  return Math.max(0.25, Math.min(4, total * (1 - 0.55 * inputs.drive.sedation)))
}

export function stepBreathing(
  person: Person,
  state: BreathingState,
  inputs: BreathingInputs,
  seconds: number,
): BreathingState {
  const { drive } = inputs
  const toward = (from: number, to: number, lagS: number) =>
    from + (to - from) * (1 - Math.exp(-seconds / lagS))
  const effort = driveToBreathe(person, state, inputs)
  const rateTarget = Math.max(4, Math.min(48, person.respiratoryRate * effort ** 0.8 + inputs.rateNoise))
  const rate = toward(state.rate, rateTarget, rateLagS)
  const tidalVolumeL = toward(state.tidalVolumeL, person.tidalVolumeL * effort ** 0.2, rateLagS)
  const alveolar = Math.max(
    0.8,
    rate * (tidalVolumeL * (1 - Math.min(0.5, drive.deadSpace)) - person.deadSpaceL),
  )
  const metabolism = 1 + 0.1 * Math.max(0, inputs.temperature - 37) + 0.3 * inputs.activity
  const carbonDioxideTarget = Math.min(95, (863 * person.carbonDioxideLPerMin * metabolism) / alveolar)
  const carbonDioxideMmHg = toward(state.carbonDioxideMmHg, carbonDioxideTarget, carbonDioxideLagS)
  const saturationTarget = arterialSaturation({
    inspiredFraction: inspiredFraction(drive.oxygenLPerMin),
    carbonDioxideMmHg,
    shunt: person.shunt + drive.shunt,
    haemoglobinGPerDl: person.haemoglobinGPerDl,
    oxygenUseMlPerMin: person.oxygenUseMlPerMin * metabolism,
    cardiacOutputLPerMin: inputs.cardiacOutputLPerMin,
  })
  return {
    rate,
    tidalVolumeL,
    carbonDioxideMmHg,
    saturation: toward(state.saturation, saturationTarget, saturationLagS),
  }
}
