/**
 * Growing byte buffer and its reader. Whole numbers are LEB128 varints below 2^53; signed ones are zigzag first and
 * must stay within ±2^52.
 */
export class ByteWriter {
  bytes: Uint8Array
  length = 0
  #view: DataView
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.bytes.buffer)
  }
  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.#view = new DataView(grown.buffer)
  }
  u8(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }
  f64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }
  varint(value: number): void {
    this.reserve(8)
    const { bytes } = this
    let at = this.length
    let rest = value
    while (rest >= 0x80) {
      bytes[at++] = (rest % 0x80) | 0x80
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80)
    }
    bytes[at++] = rest
    this.length = at
  }
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1)
  }
  append(more: Uint8Array): void {
    this.reserve(more.length)
    this.bytes.set(more, this.length)
    this.length += more.length
  }
  clear(): void {
    this.length = 0
  }
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  readonly #view: DataView
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  u8(): number {
    if (this.at >= this.bytes.length) throw new RangeError('telemetry payload ends early')
    return this.bytes[this.at++]!
  }
  f64(): number {
    const value = this.#view.getFloat64(this.at, true)
    this.at += 8
    return value
  }
  /** Nearly all are one byte long, and blocks hold thousands: that case takes no loop. */
  varint(): number {
    const first = this.bytes[this.at]!
    if (first < 0x80) {
      this.at++
      return first
    }
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 0x80
    }
  }
  zigzag(): number {
    const code = this.varint()
    if (code < 0x8000_0000) return (code >>> 1) ^ -(code & 1)
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2
  }
  take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError('telemetry payload ends early')
    const part = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return part
  }
}
