import { float16 } from './cbor.ts'
import { field, type PlainPack } from './plain-pack.ts'

/** RFC 8428 §6, table 4: the labels from -6 to 8. */
const firstLabel = -6
const bits = [0, field.bv, field.bu, field.bt, field.bn, 0, field.n, field.u, field.v, 0, 0, 0, field.t, 0, 0]
const qualityKey = [...'quality_'].map((char) => char.charCodeAt(0))
/** A head of indefinite length, and what ends it. */
const indefinite = 31
const breakByte = 0xff

/** Reads a CBOR pack (RFC 8949) into the columns; false: it is not plain, and the columns hold nothing of worth. */
export class PlainCborReader {
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0
  #value = 0

  read(payload: Uint8Array, pack: PlainPack): boolean {
    this.#bytes = payload
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    this.#at = 0
    const count = this.#head(4)
    if (count < 0) return false
    for (let i = 0; i < count; i++) {
      if (count === Number.POSITIVE_INFINITY && this.#atBreak()) break
      if (!this.#record(pack)) return false
    }
    return this.#at === payload.length
  }

  #record(pack: PlainPack): boolean {
    const count = this.#head(5)
    if (count < 0) return false
    for (let i = 0; i < count; i++) {
      if (count === Number.POSITIVE_INFINITY && this.#atBreak()) break
      const bit = this.#label()
      if (bit === 0 || !pack.see(bit) || !this.#field(bit, pack)) return false
    }
    return pack.endRecord()
  }

  #field(bit: number, pack: PlainPack): boolean {
    if (this.#bytes[this.#at]! >> 5 !== 3) return this.#number() && pack.setNumber(bit, this.#value)
    const length = this.#head(3)
    const from = this.#at
    if (!(length >= 0 && length <= this.#bytes.length - from)) return false
    this.#at += length
    for (let i = from; i < this.#at; i++) if (this.#bytes[i]! >= 0x7f || this.#bytes[i]! < 0x20) return false
    return pack.setText(bit, this.#bytes, from, this.#at)
  }

  #label(): number {
    const head = this.#bytes[this.#at]
    if (head === undefined) return 0
    if (head === 0x60 + qualityKey.length) {
      const from = this.#at + 1
      this.#at = from + qualityKey.length
      return qualityKey.every((char, i) => this.#bytes[from + i] === char) ? field.quality : 0
    }
    const value = head < 0x18 ? head : head >= 0x20 && head < 0x38 ? 0x1f - head : undefined
    this.#at++
    return value === undefined ? 0 : (bits[value - firstLabel] ?? 0)
  }

  #atBreak(): boolean {
    if (this.#bytes[this.#at] !== breakByte) return false
    this.#at++
    return true
  }

  /** The length in the head of that major type; infinite where it is indefinite, -1 where there is none such. */
  #head(major: number): number {
    const head = this.#bytes[this.#at]
    if (head === undefined || head >> 5 !== major) return -1
    this.#at++
    const info = head & 0x1f
    if (info === indefinite) return major === 3 ? -1 : Number.POSITIVE_INFINITY
    return this.#argument(info)
  }

  #argument(info: number): number {
    if (info < 24) return info
    const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : 0
    const at = this.#at
    if (size === 0 || at + size > this.#bytes.length) return -1
    this.#at += size
    return size === 1 ? this.#bytes[at]! : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at)
  }

  #number(): boolean {
    const head = this.#bytes[this.#at]
    if (head === undefined) return false
    const info = head & 0x1f
    this.#at++
    if (head >> 5 < 2) {
      const argument = this.#argument(info)
      this.#value = head >> 5 === 0 ? argument : -1 - argument
      return argument >= 0
    }
    const size = head === 0xf9 ? 2 : head === 0xfa ? 4 : head === 0xfb ? 8 : 0
    const at = this.#at
    if (size === 0 || at + size > this.#bytes.length) return false
    this.#at += size
    if (size === 2) this.#value = float16(this.#view.getUint16(at))
    else this.#value = size === 4 ? this.#view.getFloat32(at) : this.#view.getFloat64(at)
    return Number.isFinite(this.#value)
  }
}
