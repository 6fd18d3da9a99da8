import { microsPerTenth } from '../segment.ts'
import type { Versions } from '../versions.ts'
import { readValues, writeValues } from './block-values.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { frameKind, openFrame, sealFrame } from './frame.ts'
import { readByteRuns, writeByteRuns } from './runs.ts'

/**
 * A block holds one series' samples of one period, sorted by measured time, all versions of each.
 * Body, version 1: varint count; times (varint first, then zigzag delta of delta); received (zigzag step of the tenths
 * between measuring and receiving); stored (zigzag tenths between receiving and storing); quality as byte runs; values
 * as in `block-values.ts`.
 */
const version = 1
const level = 3
const scratch = new ByteWriter(1 << 15)

export function encodeSampleBlock(all: Versions): Buffer {
  const out = scratch
  out.clear()
  out.varint(all.count)
  writeTimes(out, all)
  let lag = 0
  for (let i = 0; i < all.count; i++) {
    const next = all.received[i]! - Math.floor(all.measuredAt[i]! / microsPerTenth)
    out.zigzag(next - lag)
    lag = next
  }
  for (let i = 0; i < all.count; i++) out.zigzag(all.stored[i]! - all.received[i]!)
  writeByteRuns(out, all.quality, all.count)
  writeValues(out, all.value.subarray(0, all.count))
  return sealFrame(frameKind.sampleBlock, version, out.written(), level)
}

function writeTimes(out: ByteWriter, all: Versions): void {
  let before = 0
  let step = 0
  for (let i = 0; i < all.count; i++) {
    const time = all.measuredAt[i]!
    if (i === 0) out.varint(time)
    else {
      out.zigzag(time - before - step)
      step = time - before
    }
    before = time
  }
}

export function decodeSampleBlock(payload: Uint8Array): Versions {
  const source = new ByteReader(openFrame(frameKind.sampleBlock, version, payload))
  const count = source.varint()
  const measuredAt = new Float64Array(count)
  let step = 0
  for (let i = 0; i < count; i++) {
    if (i === 0) measuredAt[0] = source.varint()
    else {
      step += source.zigzag()
      measuredAt[i] = measuredAt[i - 1]! + step
    }
  }
  const received = new Float64Array(count)
  let lag = 0
  for (let i = 0; i < count; i++) {
    lag += source.zigzag()
    received[i] = Math.floor(measuredAt[i]! / microsPerTenth) + lag
  }
  const stored = new Float64Array(count)
  for (let i = 0; i < count; i++) stored[i] = received[i]! + source.zigzag()
  const quality = readByteRuns(source, count)
  const value = readValues(source, count)
  return { count, measuredAt, value, quality, received, stored }
}
