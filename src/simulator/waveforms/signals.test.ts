import { describe, expect, it } from 'vitest'
import { chanceFrom } from '../chance.ts'
import { courses } from '../courses/index.ts'
import { patientFrom } from '../fleet.ts'
import { type Drive, restingDrive } from '../physiology/drive.ts'
import type { Vitals } from '../physiology/patient.ts'
import { type Disturbance, Signals, type WaveformId, waveformCoding } from './signals.ts'

const calm: Disturbance = { motion: 0, ecgOff: false, plethOff: false }
const stable = {
  id: 'w',
  course: 'stable',
  startOffsetMinutes: 0,
  ageYears: 40,
  sex: 'male',
  weightKg: 75,
} as const
const resting: Vitals = {
  ...patientFrom(stable, 'waves', 12).vitals(),
  heartRate: 72,
  respiratoryRate: 15,
  perfusion: 1,
}

interface Drawn {
  readonly signals: Signals
  readonly values: (metric: WaveformId) => number[]
}

/** A minute (or so) of signals in half-second chunks, in mV, 1 and Ω. */
function draw(
  vitals: Partial<Vitals>,
  drive: Partial<Drive> = {},
  disturbance: Disturbance = calm,
  seconds = 60,
): Drawn {
  const signals = new Signals(chanceFrom('draw'), 40)
  const drawn = new Map<WaveformId, number[]>()
  for (let t = 0; t < seconds; t += 0.5) {
    signals.extend(t + 0.5, { ...resting, ...vitals }, { ...restingDrive, ...drive })
    for (const metric of ['ecg-ii', 'ecg-v5', 'pleth', 'resp-impedance'] as const) {
      const piece = signals.piece(metric, t, t + 0.5, disturbance)
      const into = drawn.get(metric) ?? []
      for (const sample of piece.samples) into.push(sample * waveformCoding[metric].scale)
      drawn.set(metric, into)
    }
  }
  return { signals, values: (metric) => drawn.get(metric) ?? [] }
}

/** Times in seconds where the signal crosses a level upward, no two closer than `deadS`. */
function crossings(values: readonly number[], rateHz: number, level: number, deadS: number): number[] {
  const times: number[] = []
  for (let i = 1; i < values.length; i++) {
    const up = (values[i - 1] ?? 0) < level && (values[i] ?? 0) >= level
    if (up && i / rateHz - (times.at(-1) ?? -1) > deadS) times.push(i / rateHz)
  }
  return times
}
const intervals = (times: readonly number[]) => times.slice(1).map((t, i) => t - (times[i] ?? 0))
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const spread = (values: readonly number[]) => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((v) => (v - middle) ** 2))) / middle
}

describe('the drawn signals', () => {
  it.each([
    ['bradycardia', 44],
    ['rest', 72],
    ['tachycardia', 150],
  ])('show the heart rate of the body in ECG and pleth: %s', (_name, heartRate) => {
    const { signals, values } = draw({ heartRate })
    const beats = intervals(crossings(values('ecg-ii'), 250, 0.6, 0.2))
    expect(Math.abs(60 / mean(beats) - heartRate)).toBeLessThan(2.5)
    const pulses = crossings(values('pleth'), 125, 0.55, 0.2)
    expect(Math.abs(60 / mean(intervals(pulses)) - heartRate)).toBeLessThan(2.5)
    expect(Math.abs(signals.heartRate(60) - heartRate)).toBeLessThan(5)
  })

  it('let the pulse follow each beat by a transit time, and the breath count as breathed', () => {
    const { signals, values } = draw({ respiratoryRate: 20 })
    const beats = crossings(values('ecg-ii'), 250, 0.6, 0.2)
    const pulses = crossings(values('pleth'), 125, 0.4, 0.3)
    for (const pulse of pulses.slice(2)) {
      const beat = beats.findLast((b) => b < pulse) ?? 0
      expect(pulse - beat).toBeGreaterThan(0.15)
      expect(pulse - beat).toBeLessThan(0.45)
    }
    expect(crossings(values('resp-impedance'), 25, 0.6, 0.8).length).toBeGreaterThanOrEqual(18)
    expect(Math.abs(signals.respiratoryRate(60) - 20)).toBeLessThan(3)
  })

  it('are regular in sinus rhythm, irregular without P waves in fibrillation', () => {
    const sinus = draw({}, {}).values('ecg-ii')
    const fibrillating = draw({}, { rhythm: 'atrial-fibrillation' }).values('ecg-ii')
    expect(spread(intervals(crossings(sinus, 250, 0.6, 0.2)))).toBeLessThan(0.06)
    expect(spread(intervals(crossings(fibrillating, 250, 0.6, 0.2)))).toBeGreaterThan(0.1)
    expect(atrialBump(sinus)).toBeGreaterThan(0.07)
    expect(Math.abs(atrialBump(fibrillating))).toBeLessThan(0.05)
  })

  it('draw premature beats wide, early and followed by a pause', () => {
    const values = draw({}, { pvcPerMin: 8 }).values('ecg-ii')
    const wide = crossings(values, 250, 1.45, 0.2)
    expect(wide.length).toBeGreaterThanOrEqual(3)
    const beats = crossings(values, 250, 0.6, 0.2)
    const gaps = intervals(beats)
    expect(Math.min(...gaps)).toBeLessThan(0.65)
    expect(Math.max(...gaps)).toBeGreaterThan(1.05)
  })

  it('stand still in asystole and say a rate of 0', () => {
    const { signals, values } = draw({}, { rhythm: 'asystole' }, calm, 30)
    expect(Math.max(...values('ecg-ii').slice(-2_500))).toBeLessThan(0.2)
    expect(signals.heartRate(30)).toBe(0)
  })

  it('are flat with the lead off and restless in motion', () => {
    const off = draw({}, {}, { motion: 0, ecgOff: true, plethOff: true }, 4)
    expect(
      new Set([...off.values('ecg-ii'), ...off.values('pleth'), ...off.values('resp-impedance')]),
    ).toEqual(new Set([0]))
    const still = draw({}, {}, calm, 4).values('ecg-ii')
    const moved = draw({}, {}, { ...calm, motion: 1 }, 4).values('ecg-ii')
    const roughness = (v: readonly number[]) => mean(v.slice(1).map((x, i) => Math.abs(x - (v[i] ?? 0))))
    expect(roughness(moved)).toBeGreaterThan(2 * roughness(still))
  })

  it('join without a gap or an overlap whatever the chunk length', () => {
    for (const metric of ['ecg-ii', 'pleth', 'resp-impedance'] as const) {
      const signals = new Signals(chanceFrom('join'), 40)
      const { rateHz } = waveformCoding[metric]
      let next = 0
      for (const length of [0.5, 0.5, 0.3, 0.7, 0.01, 1.1, 0.5]) {
        const from = next
        const to = from + length
        signals.extend(to, resting, restingDrive)
        const piece = signals.piece(metric, from, to, calm)
        expect(piece.startS * rateHz).toBeCloseTo(Math.ceil(from * rateHz - 1e-6), 6)
        expect(piece.samples.length).toBe(Math.ceil(to * rateHz - 1e-6) - Math.ceil(from * rateHz - 1e-6))
        next = to
      }
    }
  })

  it('are there for every rhythm that a course can ask for', () => {
    const rhythms = new Set([...courses.values()].flatMap((c) => c.phases.map((p) => p.to.rhythm ?? 'sinus')))
    for (const rhythm of rhythms) expect(draw({}, { rhythm }, calm, 5).values('ecg-ii')).toHaveLength(1_250)
  })
})

/** Mean height 160 ms before the R peak, above the baseline just before it. */
function atrialBump(values: readonly number[]): number {
  const bumps = crossings(values, 250, 0.6, 0.2)
    .map((t) => Math.round(t * 250))
    .filter((i) => i > 100)
    .map((i) => Math.max(...values.slice(i - 48, i - 30)) - mean(values.slice(i - 70, i - 60)))
  return mean(bumps) - 0.02
}
