import type { ByteReader, ByteWriter } from './bytes.ts'

/** A byte column as (length, value) runs; a column of zeros is the single byte 0. */
export function writeByteRuns(out: ByteWriter, column: Uint8Array, count: number): void {
  let at = 0
  while (at < count) {
    const value = column[at]!
    let end = at + 1
    while (end < count && column[end] === value) end++
    if (value === 0 && end === count) break
    out.varint(end - at)
    out.u8(value)
    at = end
  }
  if (at < count || count === 0) out.varint(0)
}

export function readByteRuns(source: ByteReader, count: number): Uint8Array {
  const column = new Uint8Array(count)
  let at = 0
  if (count === 0) source.varint()
  while (at < count) {
    const length = source.varint()
    if (length === 0) break
    column.fill(source.u8(), at, at + length)
    at += length
  }
  return column
}
