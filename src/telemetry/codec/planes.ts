/**
 * Doubles as eight planes of bytes: all first bytes, then all second bytes, and so on. Clinical values are round, so
 * the planes of their low mantissa bytes are mostly zeros, which zstd takes to nothing. Bit-exact for every double.
 */
export function toPlanes(values: Float64Array, count: number, target: Uint8Array, at: number): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, count * 8)
  for (let plane = 0; plane < 8; plane++) {
    const start = at + plane * count
    for (let i = 0, from = plane; i < count; i++, from += 8) target[start + i] = bytes[from]!
  }
}

export function fromPlanes(source: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count)
  const bytes = new Uint8Array(values.buffer)
  for (let plane = 0; plane < 8; plane++) {
    const start = plane * count
    for (let i = 0, to = plane; i < count; i++, to += 8) bytes[to] = source[start + i]!
  }
  return values
}
