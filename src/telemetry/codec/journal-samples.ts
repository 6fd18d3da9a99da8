import type { Segment } from '../segment.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { frameKind, openFrame, sealFrame } from './frame.ts'
import { fromPlanes, toPlanes } from './planes.ts'
import { readByteRuns, writeByteRuns } from './runs.ts'

/**
 * Body, version 1: varint samples, varint runs, varint stored (tenths of a second), varint base time (µs); then per run
 * varint series step and varint length; per sample varint time (the run's first from the base, the others from the one
 * before: never negative, as runs are sorted); per sample zigzag step of the received time; quality as byte runs;
 * values as byte planes.
 */
const version = 1
const scratch = new ByteWriter(1 << 16)

export function encodeJournalSamples(segment: Segment): Buffer {
  const out = scratch
  const count = segment.measuredAt.length
  out.clear()
  out.varint(count)
  out.varint(segment.series.length)
  out.varint(segment.stored)
  const base = earliest(segment)
  out.varint(base)
  writeRuns(out, segment, base)
  let received = segment.stored
  for (let i = 0; i < count; i++) {
    const next = segment.received[i]!
    out.zigzag(next - received)
    received = next
  }
  writeByteRuns(out, segment.quality, count)
  out.reserve(count * 8)
  toPlanes(segment.value, count, out.bytes, out.length)
  out.length += count * 8
  return sealFrame(frameKind.journalSamples, version, out.written(), 1)
}

function earliest(segment: Segment): number {
  let base = Number.MAX_SAFE_INTEGER
  for (let run = 0; run < segment.series.length; run++) {
    const first = segment.measuredAt[segment.starts[run]!]!
    if (first < base) base = first
  }
  return segment.series.length === 0 ? 0 : base
}

function writeRuns(out: ByteWriter, segment: Segment, base: number): void {
  let series = 0
  for (let run = 0; run < segment.series.length; run++) {
    out.varint(segment.series[run]! - series)
    out.varint(segment.starts[run + 1]! - segment.starts[run]!)
    series = segment.series[run]!
  }
  for (let run = 0; run < segment.series.length; run++) {
    let before = base
    for (let i = segment.starts[run]!; i < segment.starts[run + 1]!; i++) {
      const time = segment.measuredAt[i]!
      out.varint(time - before)
      before = time
    }
  }
}

export function decodeJournalSamples(payload: Uint8Array): Segment {
  const source = new ByteReader(openFrame(frameKind.journalSamples, version, payload))
  const count = source.varint()
  const runs = source.varint()
  const stored = source.varint()
  const base = source.varint()
  const series = new Uint32Array(runs)
  const starts = new Uint32Array(runs + 1)
  let id = 0
  for (let run = 0; run < runs; run++) {
    id += source.varint()
    series[run] = id
    starts[run + 1] = starts[run]! + source.varint()
  }
  const measuredAt = new Float64Array(count)
  for (let run = 0; run < runs; run++) {
    let time = base
    for (let i = starts[run]!; i < starts[run + 1]!; i++) {
      time += source.varint()
      measuredAt[i] = time
    }
  }
  const received = new Float64Array(count)
  let before = stored
  for (let i = 0; i < count; i++) {
    before += source.zigzag()
    received[i] = before
  }
  const quality = readByteRuns(source, count)
  const value = fromPlanes(source.take(count * 8), count)
  return { series, starts, measuredAt, value, quality, received, stored }
}
