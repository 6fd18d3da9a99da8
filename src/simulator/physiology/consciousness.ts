/** Alert, new confusion, voice, pain, unresponsive: NEWS2's five. */
export type Consciousness = 'alert' | 'confusion' | 'voice' | 'pain' | 'unresponsive'

export interface BrainSupply {
  readonly meanPressure: number
  /** Arterial, 0 … 1. */
  readonly saturation: number
  readonly glucoseMgPerDl: number
  readonly carbonDioxideMmHg: number
  readonly sedation: number
}

/** 1 full supply … 0 none: the weakest of blood, oxygen and sugar, less what dulls it. */
export function brainSupply(supply: BrainSupply): number {
  const share = (value: number, none: number, full: number) =>
    Math.max(0, Math.min(1, (value - none) / (full - none)))
  const weakest = Math.min(
    share(supply.meanPressure, 25, 60),
    share(supply.saturation, 0.5, 0.8),
    share(supply.glucoseMgPerDl, 15, 56),
  )
  const narcosis = Math.max(0, (supply.carbonDioxideMmHg - 65) / 40)
  return Math.max(0, weakest - narcosis - 0.6 * supply.sedation)
}

export function consciousnessAt(supply: number): Consciousness {
  if (supply >= 0.85) return 'alert'
  if (supply >= 0.65) return 'confusion'
  if (supply >= 0.45) return 'voice'
  if (supply >= 0.2) return 'pain'
  return 'unresponsive'
}
