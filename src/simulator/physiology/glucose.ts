/**
 * Glucose and insulin after Bergman's minimal model, with a two-compartment gut for meals and the interstitial lag
 * of a sensor under the skin. mg/dL, mU/L, minutes.
 */
export interface GlucoseState {
  readonly plasma: number
  readonly insulin: number
  /** Remote insulin action, /min. */
  readonly action: number
  readonly stomachMg: number
  readonly gutMg: number
  readonly interstitial: number
}

const p1 = 0.02
const p2 = 0.025
const p3 = 0.000_018
const basalInsulin = 10
const insulinClearance = 0.14
const secretionPerMgPerDl = 0.05
const gutPerMin = 0.026
const sensorLagMin = 9

export const glucoseAtRest = (basal: number): GlucoseState => ({
  plasma: basal,
  insulin: basalInsulin,
  action: 0,
  stomachMg: 0,
  gutMg: 0,
  interstitial: basal,
})

export interface GlucoseInputs {
  readonly basal: number
  readonly weightKg: number
  /** Carbohydrate eaten in this step, grams. */
  readonly mealGrams: number
  /** Insulin beyond need, mU/L per minute. */
  readonly insulin: number
  /** By vein, mg/kg per minute. */
  readonly dextrose: number
  /** Own insulin secretion, 1 healthy … 0 none. */
  readonly secretion: number
}

export function stepGlucose(state: GlucoseState, inputs: GlucoseInputs, seconds: number): GlucoseState {
  const minutes = seconds / 60
  const emptied = state.stomachMg * gutPerMin
  const absorbed = state.gutMg * gutPerMin
  const volumeDl = 1.6 * inputs.weightKg
  const appearance = (0.9 * absorbed) / volumeDl + (inputs.dextrose * inputs.weightKg) / volumeDl
  // Counter-regulation: the liver answers a falling glucose, weakly enough that an overdose still shows.
  const rescue = Math.max(0, 60 - state.plasma) * 0.012
  const secretion = inputs.secretion * secretionPerMgPerDl * Math.max(0, state.plasma - inputs.basal)
  const plasma =
    state.plasma + minutes * (-(p1 + state.action) * state.plasma + p1 * inputs.basal + appearance + rescue)
  return {
    plasma: Math.max(18, Math.min(600, plasma)),
    insulin:
      state.insulin +
      minutes * (-insulinClearance * (state.insulin - basalInsulin) + secretion + inputs.insulin),
    action: Math.max(0, state.action + minutes * (-p2 * state.action + p3 * (state.insulin - basalInsulin))),
    stomachMg: state.stomachMg - minutes * emptied + inputs.mealGrams * 1_000,
    gutMg: state.gutMg + minutes * (emptied - absorbed),
    interstitial: state.interstitial + (minutes / sensorLagMin) * (state.plasma - state.interstitial),
  }
}
