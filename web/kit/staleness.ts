/** Whether a value may be believed as now. Missing and stale are never drawn like a live number. */
import { maxAgeMsOf } from './parameters.ts'

export type Freshness = 'live' | 'stale' | 'missing'

/** The bit of a sample's quality that says the sensor could not measure. */
const missingBit = 8
const leadOffBit = 2
const artefactBit = 1
const estimatedBit = 4

export interface Measured {
  readonly value: number | null
  readonly quality: number
  readonly measuredAtMs: number
}

export function freshnessOf(
  metric: string,
  measured: Measured,
  nowMs: number,
  connected: boolean,
): Freshness {
  if (measured.value === null || (measured.quality & missingBit) !== 0) return 'missing'
  if (!connected) return 'stale'
  return nowMs - measured.measuredAtMs > maxAgeMsOf(metric) ? 'stale' : 'live'
}

/** Key of the sentence that says why there is no number, or what is wrong with it. */
export function reasonKeyOf(quality: number): 'leadOff' | 'artefact' | 'estimated' | 'noSignal' {
  if ((quality & leadOffBit) !== 0) return 'leadOff'
  if ((quality & artefactBit) !== 0) return 'artefact'
  if ((quality & estimatedBit) !== 0) return 'estimated'
  return 'noSignal'
}
