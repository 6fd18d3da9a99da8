import type { Chance } from '../chance.ts'
import type { Rhythm } from '../physiology/drive.ts'

export type BeatKind = 'sinus' | 'fibrillating' | 'premature'

/** One heartbeat, by its R peak. */
export interface Beat {
  /** Seconds since the train began. */
  readonly atS: number
  /** To the next R peak. */
  readonly intervalS: number
  readonly kind: BeatKind
  /** How much blood it moves, 1 normal: little after a short interval. */
  readonly strength: number
}

export interface HeartState {
  readonly heartRate: number
  readonly rhythm: Rhythm
  readonly pvcPerMin: number
  /** 0 … 1, respiratory sinus arrhythmia and slow waves: large in the young and well. */
  readonly variability: number
}

/** How far ahead of the wanted time beats are made: a P wave comes before its R peak. */
const leadS = 0.6
/** How long beats are kept: pulses arrive late at the finger, and rates are averaged. */
const keptS = 16

/** The succession of heartbeats; breathing phase comes from outside so that RSA follows the breath. */
export class BeatTrain {
  #beats: Beat[] = []
  #nextAtS = 0.2
  #compensating = 1
  readonly #chance: Chance
  readonly #breathAt: (timeS: number) => number

  constructor(chance: Chance, breathAt: (timeS: number) => number) {
    this.#chance = chance
    this.#breathAt = breathAt
  }

  /** Kept beats, oldest first. */
  get beats(): readonly Beat[] {
    return this.#beats
  }

  /** Makes beats until `leadS` beyond the time. */
  extend(untilS: number, heart: HeartState): void {
    if (heart.rhythm === 'asystole') {
      this.#nextAtS = Math.max(this.#nextAtS, untilS + leadS)
    } else {
      while (this.#nextAtS <= untilS + leadS) this.#beats.push(this.#beat(heart))
    }
    while (this.#beats[0] && this.#beats[0].atS < untilS - keptS) this.#beats.shift()
  }

  /** Mean rate over the beats of the last ten seconds, /min; undefined with fewer than two. */
  rate(nowS: number): number | undefined {
    const recent = this.#beats.filter((beat) => beat.atS <= nowS && beat.atS > nowS - 10)
    const first = recent[0]
    const last = recent.at(-1)
    if (!first || !last || recent.length < 2) return undefined
    return (60 * (recent.length - 1)) / (last.atS - first.atS)
  }

  #beat(heart: HeartState): Beat {
    const atS = this.#nextAtS
    const meanS = 60 / heart.heartRate
    const { kind, factor } = this.#timing(atS, heart)
    const intervalS = Math.max(0.25, meanS * factor)
    this.#nextAtS = atS + intervalS
    const before = this.#beats.at(-1)
    const filling = before ? before.intervalS / meanS : 1
    return { atS, intervalS, kind, strength: Math.max(0.15, Math.min(1.25, 0.2 + 0.8 * filling)) }
  }

  #timing(atS: number, heart: HeartState): { kind: BeatKind; factor: number } {
    if (heart.rhythm === 'atrial-fibrillation') {
      return {
        kind: 'fibrillating',
        factor: Math.max(0.58, Math.min(1.75, 1 + 0.2 * this.#chance.gaussian())),
      }
    }
    // A premature beat ends its predecessor's interval early; its own is the compensatory pause.
    if (this.#compensating !== 1) {
      const factor = this.#compensating
      this.#compensating = 1
      return { kind: 'premature', factor }
    }
    if (this.#chance.next() < heart.pvcPerMin / heart.heartRate) {
      this.#compensating = 1.38
      return { kind: 'sinus', factor: 0.62 }
    }
    const calm = heart.variability * Math.min(1.3, (70 / heart.heartRate) ** 2)
    const slow = 0.018 * Math.sin(2 * Math.PI * 0.1 * atS)
    return {
      kind: 'sinus',
      factor: 1 - calm * (0.06 * (this.#breathAt(atS) - 0.4) + slow) + 0.006 * this.#chance.gaussian(),
    }
  }
}
