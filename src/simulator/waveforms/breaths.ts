import type { Chance } from '../chance.ts'

interface Breath {
  readonly atS: number
  readonly lengthS: number
  /** Litres. */
  readonly volume: number
}

const inhaledShare = 0.4
const keptS = 70

/** The succession of breaths. */
export class BreathTrain {
  #breaths: Breath[] = []
  #nextAtS = 0
  readonly #chance: Chance
  constructor(chance: Chance) {
    this.#chance = chance
  }

  extend(untilS: number, rate: number, tidalVolumeL: number): void {
    while (this.#nextAtS <= untilS + 1) {
      const vary = Math.max(0.8, Math.min(1.2, 1 + 0.06 * this.#chance.gaussian()))
      const lengthS = (60 / rate) * vary
      this.#breaths.push({ atS: this.#nextAtS, lengthS, volume: tidalVolumeL * (0.5 + 0.5 * vary) })
      this.#nextAtS += lengthS
    }
    while (this.#breaths[0] && this.#breaths[0].atS < untilS - keptS) this.#breaths.shift()
  }

  /** Share of the breath that is in the chest, 0 … 1. */
  fillAt(timeS: number): number {
    const breath = this.#at(timeS)
    return breath ? fill((timeS - breath.atS) / breath.lengthS) : 0
  }

  /** Litres in the chest above the resting level. */
  volumeAt(timeS: number): number {
    const breath = this.#at(timeS)
    return breath ? breath.volume * fill((timeS - breath.atS) / breath.lengthS) : 0
  }

  /** Mean rate over the last half minute, /min. */
  rate(nowS: number): number | undefined {
    const recent = this.#breaths.filter((b) => b.atS + b.lengthS <= nowS && b.atS > nowS - 32)
    if (recent.length < 2) return undefined
    return (60 * recent.length) / recent.reduce((sum, b) => sum + b.lengthS, 0)
  }

  #at(timeS: number): Breath | undefined {
    for (let i = this.#breaths.length - 1; i >= 0; i--) {
      const breath = this.#breaths[i]
      if (breath && breath.atS <= timeS) return breath
    }
    return undefined
  }
}

/** In with a half cosine, out against elastic recoil: fast, then slow, ending empty. */
function fill(share: number): number {
  if (share < inhaledShare) return 0.5 - 0.5 * Math.cos((Math.PI * share) / inhaledShare)
  const out = Math.min(1, (share - inhaledShare) / (1 - inhaledShare))
  return (Math.exp(-3 * out * out) - Math.exp(-3)) / (1 - Math.exp(-3))
}
