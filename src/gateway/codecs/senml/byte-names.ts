const longestBytes = 128

/**
 * Names as they stand in a payload, to small numbers, without making a string of each. Bounded: what arrives from
 * outside must not grow memory, and a name beyond the bound is simply not found.
 */
export class ByteNames {
  readonly #resolve: (name: string) => number
  readonly #limit: number
  readonly #mask: number
  /** Open addressing; -1: empty place. */
  readonly #places: Int32Array
  readonly #names: Uint8Array[] = []
  readonly #numbers: number[] = []

  /** @param resolve the number of a name seen for the first time; negative: not known, and asked again next time */
  constructor(resolve: (name: string) => number, limit = 1024) {
    this.#resolve = resolve
    this.#limit = limit
    this.#mask = 2 ** Math.ceil(Math.log2(limit * 2)) - 1
    this.#places = new Int32Array(this.#mask + 1).fill(-1)
  }

  /** The number of the ASCII name in [from, to), or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    let hash = to - from
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    let place = (hash ^ (hash >>> 15)) & this.#mask
    for (;;) {
      const entry = this.#places[place]!
      if (entry < 0) return this.#add(bytes, from, to, place)
      if (same(this.#names[entry]!, bytes, from, to)) return this.#numbers[entry]!
      place = (place + 1) & this.#mask
    }
  }

  #add(bytes: Uint8Array, from: number, to: number, place: number): number {
    if (this.#names.length >= this.#limit || to - from > longestBytes) return -1
    const number = this.#resolve(String.fromCharCode(...bytes.subarray(from, to)))
    if (number < 0) return -1
    this.#places[place] = this.#names.length
    this.#names.push(bytes.slice(from, to))
    this.#numbers.push(number)
    return number
  }
}

function same(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false
  return true
}
