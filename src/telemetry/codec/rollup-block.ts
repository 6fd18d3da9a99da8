import { allocateRollups, type Rollups } from '../rollups/rollup.ts'
import { readValues, writeValues } from './block-values.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { frameKind, openFrame, sealFrame } from './frame.ts'

/**
 * Roll-ups of one series. Body, version 1: varint entries; varint width (s); varint bands; starts (varint of the first in
 * widths since 1970, then varint steps); readings; readings without a value; µs from the start to the first and from the
 * last to the end; µs from the start to the lowest and to the highest; each band but the last; all varint columns; then first, last, lowest, highest, sum and sum of squares as in `block-values.ts`.
 */
const version = 1
const level = 3
const scratch = new ByteWriter(1 << 12)
const valueColumns = ['first', 'last', 'min', 'max', 'sum', 'squares'] as const

export function encodeRollups(all: Rollups): Buffer {
  const { length, widthUs } = all
  const out = scratch
  out.clear()
  out.varint(length)
  out.varint(widthUs / 1_000_000)
  out.varint(all.bands.length)
  let before = 0
  for (let i = 0; i < length; i++) {
    const index = all.start[i]! / widthUs
    out.varint(index - before)
    before = index
  }
  const column = (value: (i: number) => number) => {
    for (let i = 0; i < length; i++) out.varint(value(i))
  }
  column((i) => all.readings[i]!)
  column((i) => all.readings[i]! - all.values[i]!)
  column((i) => all.firstAt[i]! - all.start[i]!)
  column((i) => all.start[i]! + widthUs - all.lastAt[i]!)
  column((i) => all.minAt[i]! - all.start[i]!)
  column((i) => all.maxAt[i]! - all.start[i]!)
  for (const band of all.bands.slice(0, -1)) column((i) => band[i]!)
  for (const name of valueColumns) writeValues(out, all[name].subarray(0, length))
  return sealFrame(frameKind.rollups, version, out.written(), level)
}

export function decodeRollups(payload: Uint8Array): Rollups {
  const source = new ByteReader(openFrame(frameKind.rollups, version, payload))
  const length = source.varint()
  const widthUs = source.varint() * 1_000_000
  const all = allocateRollups(widthUs, length, source.varint())
  let index = 0
  for (let i = 0; i < length; i++) {
    index += source.varint()
    all.start[i] = index * widthUs
  }
  for (let i = 0; i < length; i++) all.readings[i] = source.varint()
  for (let i = 0; i < length; i++) all.values[i] = all.readings[i]! - source.varint()
  for (let i = 0; i < length; i++) all.firstAt[i] = all.start[i]! + source.varint()
  for (let i = 0; i < length; i++) all.lastAt[i] = all.start[i]! + widthUs - source.varint()
  for (const at of [all.minAt, all.maxAt]) {
    for (let i = 0; i < length; i++) at[i] = all.start[i]! + source.varint()
  }
  readBands(source, all)
  for (const name of valueColumns) all[name].set(readValues(source, length))
  return all
}

/** The last band is what the others leave. */
function readBands(source: ByteReader, all: Rollups): void {
  const last = all.bands.at(-1)
  if (!last) return
  last.set(all.values)
  for (const band of all.bands.slice(0, -1)) {
    for (let i = 0; i < all.length; i++) {
      band[i] = source.varint()
      last[i]! -= band[i]!
    }
  }
}
