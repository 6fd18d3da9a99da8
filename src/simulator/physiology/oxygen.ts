/** Oxygen from the mask to the finger: alveolar gas, the dissociation curve, venous admixture. */

/** Severinghaus 1979: haemoglobin saturation (0…1) at an oxygen tension in mmHg, pH 7.40, 37 °C. */
export const saturationAt = (tensionMmHg: number): number => {
  const p = Math.max(0.1, tensionMmHg)
  return 1 / (23_400 / (p * p * p + 150 * p) + 1)
}

/** The tension at which haemoglobin is saturated so far: the curve inverted by halving. */
export function tensionAt(saturation: number): number {
  let low = 0
  let high = 700
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2
    if (saturationAt(middle) < saturation) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Inspired fraction at an oxygen flow: cannula about 4 % per litre, masks beyond 6 L/min up to 85 %. */
export function inspiredFraction(flowLPerMin: number): number {
  const flow = Math.max(0, Math.min(15, flowLPerMin))
  return flow <= 6 ? 0.21 + 0.04 * flow : 0.45 + ((flow - 6) / 9) * 0.4
}

export interface Lungs {
  readonly inspiredFraction: number
  readonly carbonDioxideMmHg: number
  readonly shunt: number
  readonly haemoglobinGPerDl: number
  readonly oxygenUseMlPerMin: number
  readonly cardiacOutputLPerMin: number
}

/** Arterial saturation (0…1) by the shunt equation: arterial content = end-capillary − s/(1−s) · (a−v difference). */
export function arterialSaturation(lungs: Lungs): number {
  const alveolar = Math.max(25, lungs.inspiredFraction * 713 - lungs.carbonDioxideMmHg / 0.8)
  const capacity = 1.34 * lungs.haemoglobinGPerDl
  const capillary = capacity * saturationAt(alveolar) + 0.003 * alveolar
  const difference = Math.min(10, lungs.oxygenUseMlPerMin / (lungs.cardiacOutputLPerMin * 10))
  const shunt = Math.max(0, Math.min(0.6, lungs.shunt))
  const content = capillary - (shunt / (1 - shunt)) * difference
  return Math.max(0.3, Math.min(0.995, (content - 0.25) / capacity))
}
