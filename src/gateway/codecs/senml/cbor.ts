/**
 * The part of CBOR (RFC 8949) that a SenML pack can hold, read with limits before anything is allocated: a handful of
 * hostile bytes may announce an array of 2³² items or nest a million deep. Tags are read through. Never throws on any
 * input; answers in words what was wrong, and at which byte.
 */
const maxDepth = 8
const maxItems = 250_000

export type CborValue =
  | number
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<CborValue, CborValue>

class Unreadable extends Error {}

const textDecoder = new TextDecoder('utf-8', { fatal: true })

class Reader {
  #at = 0
  #items = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get at(): number {
    return this.#at
  }

  value(depth: number): CborValue {
    if (depth > maxDepth) throw new Unreadable(`nested deeper than ${maxDepth}`)
    if (++this.#items > maxItems) throw new Unreadable(`more than ${maxItems} items`)
    const head = this.#byte()
    const major = head >> 5
    const info = head & 0x1f
    switch (major) {
      case 0:
        return this.#argument(info)
      case 1:
        return -1 - this.#argument(info)
      case 2:
        return info === 31 ? concat(this.#chunks(2)) : this.#take(this.#argument(info))
      case 3:
        return textDecoder.decode(info === 31 ? concat(this.#chunks(3)) : this.#take(this.#argument(info)))
      case 4:
        return this.#array(info, depth)
      case 5:
        return this.#map(info, depth)
      case 6:
        this.#argument(info)
        return this.value(depth + 1)
      default:
        return this.#simple(info)
    }
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new Unreadable('it ends in the middle')
    return this.#bytes[this.#at++]!
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Unreadable('it ends in the middle')
    const piece = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return piece
  }

  #skip(length: number): number {
    const at = this.#at
    this.#take(length)
    return at
  }

  #argument(info: number): number {
    if (info < 24) return info
    if (info === 24) return this.#byte()
    if (info === 25) return this.#view.getUint16(this.#skip(2))
    if (info === 26) return this.#view.getUint32(this.#skip(4))
    if (info === 27) return Number(this.#view.getBigUint64(this.#skip(8)))
    throw new Unreadable(`a reserved length at byte ${this.#at - 1}`)
  }

  #atBreak(): boolean {
    if (this.#bytes[this.#at] !== 0xff) return false
    this.#at++
    return true
  }

  #array(info: number, depth: number): readonly CborValue[] {
    const items: CborValue[] = []
    if (info === 31) {
      while (!this.#atBreak()) items.push(this.value(depth + 1))
      return items
    }
    const length = this.#argument(info)
    for (let i = 0; i < length; i++) items.push(this.value(depth + 1))
    return items
  }

  #map(info: number, depth: number): ReadonlyMap<CborValue, CborValue> {
    const map = new Map<CborValue, CborValue>()
    const length = info === 31 ? Number.POSITIVE_INFINITY : this.#argument(info)
    for (let i = 0; i < length; i++) {
      if (info === 31 && this.#atBreak()) break
      const key = this.value(depth + 1)
      map.set(key, this.value(depth + 1))
    }
    return map
  }

  /** The pieces of an indefinite string: each definite, of the same major type. */
  #chunks(major: number): Uint8Array[] {
    const chunks: Uint8Array[] = []
    while (!this.#atBreak()) {
      const head = this.#byte()
      if (head >> 5 !== major || (head & 0x1f) === 31) {
        throw new Unreadable(`a wrong piece of a string at byte ${this.#at - 1}`)
      }
      chunks.push(this.#take(this.#argument(head & 0x1f)))
    }
    return chunks
  }

  #simple(info: number): CborValue {
    if (info === 20) return false
    if (info === 21) return true
    if (info === 22) return null
    if (info === 23) return undefined
    if (info === 25) return float16(this.#view.getUint16(this.#skip(2)))
    if (info === 26) return this.#view.getFloat32(this.#skip(4))
    if (info === 27) return this.#view.getFloat64(this.#skip(8))
    throw new Unreadable(`an unknown simple value at byte ${this.#at - 1}`)
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** RFC 8949, appendix D. */
export function float16(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const mantissa = bits & 0x3ff
  const magnitude =
    exponent === 0
      ? mantissa * 2 ** -24
      : exponent !== 31
        ? (mantissa + 1_024) * 2 ** (exponent - 25)
        : mantissa === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN
  return bits & 0x8000 ? -magnitude : magnitude
}

export type CborOutcome =
  | { readonly ok: true; readonly value: CborValue }
  | { readonly ok: false; readonly why: string }

export function readCbor(bytes: Uint8Array): CborOutcome {
  const reader = new Reader(bytes)
  try {
    const value = reader.value(0)
    if (reader.at !== bytes.length) return { ok: false, why: `bytes follow after byte ${reader.at}` }
    return { ok: true, value }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, why: error.message }
    if (error instanceof TypeError) return { ok: false, why: 'a text is not UTF-8' }
    throw error
  }
}
