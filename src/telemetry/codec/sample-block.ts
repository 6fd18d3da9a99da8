import { microsPerTenth } from '../segment.ts'
import type { Versions } from '../versions.ts'
import { readValues, writeValues } from './block-values.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { frameKind, openFrame, sealFrame } from './frame.ts'
import { readByteRuns, writeByteRuns } from './runs.ts'

/**
 * A block holds one series' samples of one period, sorted by measured time, all versions of each.
 * Body, version 1: varint count; times (varint first, then zigzag delta of delta); received, following the measured
 * times; stored, following received; quality as byte runs; values
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
  writeFollowing(out, all.received, tenthsOf(all.measuredAt), all.count)
  writeFollowing(out, all.stored, all.received, all.count)
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

function tenthsOf(times: Float64Array): Float64Array {
  const tenths = new Float64Array(times.length)
  for (let i = 0; i < times.length; i++) tenths[i] = Math.floor(times[i]! / microsPerTenth)
  return tenths
}

/**
 * A column of tenths that follows another: u8 1 and zigzag steps of the distance to it (live data: the distance stays),
 * or u8 0 and zigzag steps of itself (data sent or stored in bulk: it stays while the other goes on).
 */
function writeFollowing(out: ByteWriter, column: Float64Array, lead: Float64Array, count: number): void {
  let still = 0
  let together = 0
  for (let i = 1; i < count; i++) {
    if (column[i] === column[i - 1]) still++
    if (column[i]! - column[i - 1]! === lead[i]! - lead[i - 1]!) together++
  }
  const follows = together >= still
  out.u8(follows ? 1 : 0)
  let before = 0
  for (let i = 0; i < count; i++) {
    const next = follows ? column[i]! - lead[i]! : column[i]!
    out.zigzag(next - before)
    before = next
  }
}

function readTimes(source: ByteReader, count: number): Float64Array {
  const times = new Float64Array(count)
  let time = 0
  let step = 0
  for (let i = 0; i < count; i++) {
    if (i === 0) time = source.varint()
    else {
      step += source.zigzag()
      time += step
    }
    times[i] = time
  }
  return times
}

function readFollowing(source: ByteReader, lead: Float64Array, count: number): Float64Array {
  const follows = source.u8() === 1
  const column = follows ? lead.slice() : new Float64Array(count)
  let value = 0
  for (let i = 0; i < count; i++) {
    value += source.zigzag()
    column[i]! += value
  }
  return column
}

export function decodeSampleBlock(payload: Uint8Array): Versions {
  const source = new ByteReader(openFrame(frameKind.sampleBlock, version, payload))
  const count = source.varint()
  const measuredAt = readTimes(source, count)
  const received = readFollowing(source, tenthsOf(measuredAt), count)
  const stored = readFollowing(source, received, count)
  const quality = readByteRuns(source, count)
  const value = readValues(source, count)
  return { count, measuredAt, value, quality, received, stored }
}
