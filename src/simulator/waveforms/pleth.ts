import type { Beat } from './beats.ts'

/** From R peak to the foot of the pulse at the finger. */
const transitS = 0.2

/**
 * Volume pulse at the finger, 0 to about 1: a steep systolic upstroke, a slower run-off, and the dicrotic wave
 * reflected from below. The last pulses overlap where the heart is fast.
 */
export function plethAt(timeS: number, beats: readonly Beat[], perfusion: number, fill: number): number {
  let sum = 0
  for (let i = beats.length - 1; i >= 0; i--) {
    const beat = beats[i]
    if (!beat) break
    const since = timeS - beat.atS - transitS
    if (since < -0.1) continue
    if (since > 1.6) break
    sum += beat.strength * pulse(since / Math.sqrt(Math.min(1.2, Math.max(0.5, beat.intervalS))))
  }
  return Math.min(1.6, 0.08 + 0.75 * Math.min(1.2, perfusion) * (1 - 0.12 * fill) * sum + 0.03 * fill)
}

function pulse(sinceS: number): number {
  const systolic = sinceS - 0.17
  const spread = systolic < 0 ? 0.062 : 0.13
  const dicrotic = sinceS - 0.45
  const runOff = sinceS - 0.4
  return (
    Math.exp((-systolic * systolic) / (2 * spread * spread)) +
    0.26 * Math.exp((-dicrotic * dicrotic) / (2 * 0.08 * 0.08)) +
    0.2 * Math.exp((-runOff * runOff) / (2 * 0.24 * 0.24))
  )
}
