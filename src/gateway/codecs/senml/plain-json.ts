import { field, type PlainPack } from './plain-pack.ts'

const quote = 0x22
const backslash = 0x5c
const zero = 0x30
const letter = (char: string): number => char.charCodeAt(0)
const [b, e, n, q, t, u, v] = [...'benqtuv'].map(letter) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]
const upperE = letter('E')
const qualityKey = [...'quality_'].map(letter)
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** A field that is none of the plain ones. */
const other = 0

/** Reads a JSON pack (RFC 8259) into the columns; false: it is not plain, and the columns hold nothing of worth. */
export class PlainJsonReader {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  /** What the last `#number` or `#text` came to. */
  #value = 0
  #from = 0
  #to = 0

  read(payload: Uint8Array, pack: PlainPack): boolean {
    this.#bytes = payload
    this.#at = 0
    if (this.#next() !== 0x5b) return false
    this.#at++
    if (!this.#record(pack)) return false
    for (;;) {
      const byte = this.#next()
      this.#at++
      if (byte === 0x5d) return this.#next() === -1
      if (byte !== 0x2c || !this.#record(pack)) return false
    }
  }

  /** The next byte that is no white space, -1 at the end. */
  #next(): number {
    const bytes = this.#bytes
    while (this.#at < bytes.length) {
      const byte = bytes[this.#at]!
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.#at++
    }
    return -1
  }

  #record(pack: PlainPack): boolean {
    if (this.#next() !== 0x7b) return false
    this.#at++
    for (;;) {
      const bit = this.#key()
      if (bit === other || !pack.see(bit) || this.#next() !== 0x3a) return false
      this.#at++
      if (this.#next() === quote) {
        if (!this.#text() || !pack.setText(bit, this.#bytes, this.#from, this.#to)) return false
      } else if (!this.#number() || !pack.setNumber(bit, this.#value)) return false
      const byte = this.#next()
      this.#at++
      if (byte === 0x7d) return pack.endRecord()
      if (byte !== 0x2c) return false
    }
  }

  #key(): number {
    if (this.#next() !== quote) return other
    const bytes = this.#bytes
    const at = this.#at + 1
    const first = bytes[at]
    if (bytes[at + 1] === quote) {
      this.#at = at + 2
      return first === n
        ? field.n
        : first === v
          ? field.v
          : first === t
            ? field.t
            : first === u
              ? field.u
              : other
    }
    if (first === b && bytes[at + 2] === quote) {
      const second = bytes[at + 1]
      this.#at = at + 3
      if (second === n) return field.bn
      return second === t ? field.bt : second === u ? field.bu : second === v ? field.bv : other
    }
    if (first !== q || bytes[at + qualityKey.length] !== quote) return other
    this.#at = at + qualityKey.length + 1
    return qualityKey.every((char, i) => bytes[at + i] === char) ? field.quality : other
  }

  /** A string of ASCII without an escape. */
  #text(): boolean {
    const bytes = this.#bytes
    let at = this.#at + 1
    this.#from = at
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === quote) {
        this.#to = at
        this.#at = at + 1
        return true
      }
      if (byte < 0x20 || byte >= 0x7f || byte === backslash) return false
    }
    return false
  }

  #number(): boolean {
    const bytes = this.#bytes
    const begin = this.#at
    const negative = bytes[begin] === 0x2d
    const first = negative ? begin + 1 : begin
    let at = first
    let mantissa = 0
    for (; isDigit(bytes[at]); at++) mantissa = mantissa * 10 + bytes[at]! - zero
    // RFC 8259 §6: at least one digit, and no zero before another.
    if (at === first || (at > first + 1 && bytes[first] === zero)) return false
    let scale = 0
    if (bytes[at] === 0x2e) {
      const fraction = ++at
      for (; isDigit(bytes[at]); at++) mantissa = mantissa * 10 + bytes[at]! - zero
      scale = at - fraction
      if (scale === 0) return false
    }
    if (bytes[at] === e || bytes[at] === upperE) return false
    this.#at = at
    // Both exact, so their quotient is the double nearest to the decimal (Clinger 1990); else the slow, sure way.
    const magnitude =
      mantissa <= Number.MAX_SAFE_INTEGER && scale < powers.length
        ? mantissa / powers[scale]!
        : Number(String.fromCharCode(...bytes.subarray(first, Math.min(at, first + 400))))
    this.#value = negative ? -magnitude : magnitude
    return at - first < 400 && Number.isFinite(magnitude)
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= zero && byte <= zero + 9
