/**
 * ECG after McSharry, Clifford, Tarassenko, Smith, “A dynamical model for generating synthetic electrocardiogram
 * signals”, IEEE Trans Biomed Eng 2003;50:289. A point goes round a limit cycle, once for each RR interval; P, Q, R, S
 * and T are Gaussian events at angles of that cycle. Instead of integrating ż = −Σ aᵢ Δθᵢ exp(−Δθᵢ²/2bᵢ²) − (z − z₀)
 * sample by sample, its quasi-steady solution Σ Aᵢ exp(−Δθᵢ²/2bᵢ²) is evaluated at the phase: the same shape with no
 * state, for a fifth of the work. Angles and widths follow the rate as in ECGSYN (θ by √√rate, b by √rate).
 */
import type { Beat, BeatKind } from './beats.ts'

interface Wave {
  readonly angle: number
  readonly width: number
  /** Lead II, mV. */
  readonly mV: number
}

const degrees = Math.PI / 180
const p: Wave = { angle: -65 * degrees, width: 0.2, mV: 0.14 }
const q: Wave = { angle: -14 * degrees, width: 0.085, mV: -0.12 }
const r: Wave = { angle: 0, width: 0.085, mV: 1.15 }
const s: Wave = { angle: 14 * degrees, width: 0.085, mV: -0.24 }
const t: Wave = { angle: 98 * degrees, width: 0.36, mV: 0.31 }
/** A premature ventricular beat has no P, a wide tall complex and a T wave the other way. */
const wideR: Wave = { angle: 0, width: 0.3, mV: 1.7 }
const wideS: Wave = { angle: 42 * degrees, width: 0.26, mV: -0.75 }
const discordantT: Wave = { angle: 105 * degrees, width: 0.42, mV: -0.42 }

const shapes: Readonly<
  Record<BeatKind, { readonly before: readonly Wave[]; readonly after: readonly Wave[] }>
> = {
  sinus: { before: [p, q, r], after: [q, r, s, t] },
  fibrillating: { before: [q, r], after: [q, r, s, t] },
  premature: { before: [wideR], after: [wideR, wideS, discordantT] },
}

/** How a lead sees the same heart. */
export interface Lead {
  readonly complex: number
  readonly repolarization: number
  readonly atrial: number
}
export const leadII: Lead = { complex: 1, repolarization: 1, atrial: 1 }
export const leadV5: Lead = { complex: 1.35, repolarization: 1.2, atrial: 0.7 }

/** mV at a time between the R peaks of two beats. `next` may be missing while the heart stands still. */
export function ecgAt(timeS: number, beat: Beat | undefined, next: Beat | undefined, lead: Lead): number {
  let sum = 0
  if (beat) {
    const phase = (2 * Math.PI * (timeS - beat.atS)) / beat.intervalS
    sum += waves(shapes[beat.kind].after, phase, beat.intervalS, lead)
  }
  if (next) {
    const interval = beat?.intervalS ?? next.intervalS
    const phase = (2 * Math.PI * (timeS - next.atS)) / interval
    sum += waves(shapes[next.kind].before, phase, interval, lead)
  }
  return sum
}

function waves(shape: readonly Wave[], phase: number, intervalS: number, lead: Lead): number {
  const rate = Math.sqrt(1 / intervalS)
  const late = Math.sqrt(rate)
  let sum = 0
  for (const wave of shape) {
    const width = wave.width * rate
    const away = phase - wave.angle * (wave === p || wave === t ? late : rate)
    if (away > 4 * width || away < -4 * width) continue
    const gain =
      wave === p ? lead.atrial : wave === t || wave === discordantT ? lead.repolarization : lead.complex
    sum += gain * wave.mV * Math.exp((-away * away) / (2 * width * width))
  }
  return sum
}

/** Fibrillatory waves: 5 to 8 per second, waxing and waning. */
export const fibrillation = (timeS: number, lead: Lead): number =>
  lead.atrial *
  0.05 *
  (1 + 0.4 * Math.sin(2.1 * timeS)) *
  (Math.sin(2 * Math.PI * 5.9 * timeS + Math.sin(1.7 * timeS)) + 0.5 * Math.sin(2 * Math.PI * 7.3 * timeS))
