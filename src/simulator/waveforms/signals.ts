import type { Chance } from '../chance.ts'
import type { Drive } from '../physiology/drive.ts'
import type { Vitals } from '../physiology/patient.ts'
import { type Beat, BeatTrain } from './beats.ts'
import { BreathTrain } from './breaths.ts'
import { ecgAt, fibrillation, type Lead, leadII, leadV5 } from './ecg.ts'
import { plethAt } from './pleth.ts'

export type WaveformId = 'ecg-ii' | 'ecg-v5' | 'pleth' | 'resp-impedance'

/** Rate and coding on the wire; value = sample · scale + offset, in mV, 1 and Ω. */
export const waveformCoding: Readonly<
  Record<WaveformId, { readonly rateHz: number; readonly scale: number; readonly offset: number }>
> = {
  'ecg-ii': { rateHz: 250, scale: 0.001, offset: 0 },
  'ecg-v5': { rateHz: 250, scale: 0.001, offset: 0 },
  pleth: { rateHz: 125, scale: 0.0001, offset: 0 },
  'resp-impedance': { rateHz: 25, scale: 0.001, offset: 0 },
}

/** What sensors add to the signal. */
export interface Disturbance {
  /** 0 none … 1 violent. */
  readonly motion: number
  readonly ecgOff: boolean
  readonly plethOff: boolean
}

export interface WaveformPiece {
  readonly metric: WaveformId
  /** Seconds since the signals began, of the first sample. */
  readonly startS: number
  readonly samples: Int16Array
}

/** One body's signals at the bedside, in step with one another: the beats and breaths behind all three. */
export class Signals {
  readonly #breaths: BreathTrain
  readonly #beats: BeatTrain
  readonly #noise: Chance
  readonly #variability: number
  #rhythm: Drive['rhythm'] = 'sinus'
  #perfusion = 1

  constructor(chance: Chance, ageYears: number) {
    this.#noise = chance.fork('noise')
    this.#breaths = new BreathTrain(chance.fork('breaths'))
    this.#beats = new BeatTrain(chance.fork('beats'), (timeS) => this.#breaths.fillAt(timeS))
    this.#variability = Math.max(0.2, Math.min(1, (90 - ageYears) / 60))
  }

  /** Makes beats and breaths until a little past the time, from the body as it is now. */
  extend(untilS: number, vitals: Vitals, drive: Drive): void {
    this.#rhythm = drive.rhythm
    this.#perfusion = vitals.perfusion
    this.#breaths.extend(untilS, vitals.respiratoryRate, vitals.tidalVolumeL)
    this.#beats.extend(untilS, {
      heartRate: vitals.heartRate,
      rhythm: drive.rhythm,
      pvcPerMin: drive.pvcPerMin,
      variability: this.#variability,
    })
  }

  /** Counted from the beats drawn, as a monitor would; 0 when the heart stands still. */
  heartRate(nowS: number): number {
    return this.#beats.rate(nowS) ?? (this.#rhythm === 'asystole' ? 0 : Number.NaN)
  }
  respiratoryRate(nowS: number): number {
    return this.#breaths.rate(nowS) ?? Number.NaN
  }

  /** The samples of one signal in [fromS, toS), none twice over adjoining calls. */
  piece(metric: WaveformId, fromS: number, toS: number, disturbance: Disturbance): WaveformPiece {
    const { rateHz, scale } = waveformCoding[metric]
    const first = Math.ceil(fromS * rateHz - 1e-6)
    const end = Math.ceil(toS * rateHz - 1e-6)
    const samples = new Int16Array(Math.max(0, end - first))
    const read = this.#reader(metric, disturbance)
    for (let i = 0; i < samples.length; i++) {
      const value = read((first + i) / rateHz) / scale
      samples[i] = Math.max(-32_768, Math.min(32_767, Math.round(value)))
    }
    return { metric, startS: first / rateHz, samples }
  }

  #reader(metric: WaveformId, disturbance: Disturbance): (timeS: number) => number {
    switch (metric) {
      case 'ecg-ii':
        return this.#ecg(leadII, disturbance)
      case 'ecg-v5':
        return this.#ecg(leadV5, disturbance)
      case 'pleth':
        return this.#pleth(disturbance)
      case 'resp-impedance':
        return this.#respiration(disturbance)
    }
  }

  #ecg(lead: Lead, { motion, ecgOff }: Disturbance): (timeS: number) => number {
    if (ecgOff) return () => 0
    const beats = this.#beats.beats
    let index = 0
    return (timeS) => {
      while (index < beats.length && (beats[index] as Beat).atS <= timeS) index++
      const wander = 0.035 * this.#breaths.fillAt(timeS) + 0.02 * Math.sin(2 * Math.PI * 0.07 * timeS)
      const muscle = (0.006 + 0.12 * motion) * this.#noise.gaussian()
      const shift =
        motion > 0 ? motion * 0.6 * Math.sin(2 * Math.PI * 0.9 * timeS + 2 * Math.sin(0.7 * timeS)) : 0
      const atria = this.#rhythm === 'atrial-fibrillation' ? fibrillation(timeS, lead) : 0
      return ecgAt(timeS, beats[index - 1], beats[index], lead) + atria + wander + muscle + shift
    }
  }

  #pleth({ motion, plethOff }: Disturbance): (timeS: number) => number {
    if (plethOff) return () => 0
    const beats = this.#beats.beats
    return (timeS) => {
      const shift = motion > 0 ? motion * 0.4 * Math.sin(2 * Math.PI * 1.3 * timeS + 3 * Math.sin(timeS)) : 0
      const grain = (0.002 + 0.03 * motion) * this.#noise.gaussian()
      return plethAt(timeS, beats, this.#perfusion, this.#breaths.fillAt(timeS)) + shift + grain
    }
  }

  /** Impedance pneumography reads about 3 Ω per litre, through the ECG electrodes. */
  #respiration({ motion, ecgOff }: Disturbance): (timeS: number) => number {
    if (ecgOff) return () => 0
    return (timeS) => 3 * this.#breaths.volumeAt(timeS) + (0.01 + 0.3 * motion) * this.#noise.gaussian()
  }
}
