/**
 * Seeded chance: the same seed gives the same day. `sfc32` (Chris Doty-Humphrey, PractRand) behind a 32-bit
 * string hash; not for secrets.
 */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number
  between(low: number, high: number): number
  /** Standard normal. */
  gaussian(): number
  /** An independent stream; the parent's own sequence does not move. */
  fork(name: string): Chance
}

export function chanceFrom(seed: string): Chance {
  let a = hash(seed, 1)
  let b = hash(seed, 2)
  let c = hash(seed, 3)
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 0x1_0000_0000
  }
  for (let round = 0; round < 12; round++) next()
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    gaussian: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (name) => chanceFrom(`${seed}/${name}`),
  }
}

/** FNV-1a with a final avalanche, so that neighbouring seeds part at once. */
function hash(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b9)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/** Bounded noise that wanders around zero (Ornstein–Uhlenbeck), never beyond 2.5 standard deviations. */
export class Wander {
  #value = 0
  readonly #chance: Chance
  readonly #deviation: number
  readonly #correlationS: number
  #stepS = 0
  /** What stays of the value over a step, and what is new of it: both hang on the length of the step alone. */
  #keep = 0
  #stir = 0
  constructor(chance: Chance, deviation: number, correlationS: number) {
    this.#chance = chance
    this.#deviation = deviation
    this.#correlationS = correlationS
  }
  step(seconds: number): number {
    if (seconds !== this.#stepS) {
      this.#stepS = seconds
      this.#keep = Math.exp(-seconds / this.#correlationS)
      this.#stir = this.#deviation * Math.sqrt(1 - this.#keep * this.#keep)
    }
    const moved = this.#value * this.#keep + this.#stir * this.#chance.gaussian()
    const limit = 2.5 * this.#deviation
    this.#value = Math.max(-limit, Math.min(limit, moved))
    return this.#value
  }
}
