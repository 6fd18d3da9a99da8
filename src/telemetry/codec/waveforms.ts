import type { Micros } from '../../kernel/time.ts'
import { endOfTime, longestChunkUs } from '../periods.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { frameKind, openFrame, sealFrame } from './frame.ts'

/** A chunk with the time it was stored, in tenths of a second since 1970. */
export interface StoredChunk {
  readonly series: number
  readonly startAt: Micros
  /** µs; kept to a tenth of a second. */
  readonly receivedAt: Micros
  readonly stored: number
  readonly rateHz: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

/**
 * Chunks of any series (journal) or of one (block), in order. Body, version 1: varint chunks; per chunk a header
 * (varint series; zigzag start against where the chunk before it ended; zigzag received and stored in tenths; u8 1 where
 * rate, scale and offset are those of the chunk before, else 0 and three f64; varint sample count); then the samples of
 * all chunks as zigzag steps in two planes: all low bytes, then all high bytes.
 */
const version = 1
const microsPerTenth = 100_000

export const encodeJournalWaveforms = (chunks: readonly StoredChunk[]): Buffer =>
  encode(frameKind.journalWaveforms, chunks, 1)
export const decodeJournalWaveforms = (payload: Uint8Array): StoredChunk[] =>
  decode(frameKind.journalWaveforms, payload)
export const encodeWaveformBlock = (chunks: readonly StoredChunk[]): Buffer =>
  encode(frameKind.waveformBlock, chunks, 3)
export const decodeWaveformBlock = (payload: Uint8Array): StoredChunk[] =>
  decode(frameKind.waveformBlock, payload)

interface Extent {
  readonly startAt: number
  readonly rateHz: number
  readonly samples: { readonly length: number }
}

const afterLastSample = (chunk: Extent): number =>
  chunk.startAt + Math.round((chunk.samples.length / chunk.rateHz) * 1_000_000)

/**
 * µs of the first moment after the chunk's last sample. One without samples withdraws what starts at the same time, and
 * reaches as far as that can: so whoever reads a piece of what is withdrawn reads the withdrawal, too.
 */
export const chunkEnd = (chunk: Extent): number =>
  chunk.samples.length === 0 ? chunk.startAt + longestChunkUs : afterLastSample(chunk)

/** Where the next chunk is expected to begin; held inside the range of times so that the step to it stays exact. */
const expectedAfter = (chunk: StoredChunk): number => Math.min(afterLastSample(chunk), endOfTime)

function encode(kind: number, chunks: readonly StoredChunk[], level: number): Buffer {
  const total = chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0)
  const out = new ByteWriter(chunks.length * 40 + total * 2 + 16)
  out.varint(chunks.length)
  let before: StoredChunk | undefined
  for (const chunk of chunks) {
    out.varint(chunk.series)
    out.zigzag(chunk.startAt - (before ? expectedAfter(before) : 0))
    const received = Math.floor(chunk.receivedAt / microsPerTenth)
    out.zigzag(received - Math.floor(chunk.startAt / microsPerTenth))
    out.zigzag(chunk.stored - received)
    writeForm(out, chunk, before)
    out.varint(chunk.samples.length)
    before = chunk
  }
  out.reserve(total * 2)
  const low = out.length
  const high = low + total
  let at = 0
  for (const { samples } of chunks) {
    let previous = 0
    for (let i = 0; i < samples.length; i++, at++) {
      const sample = samples[i]!
      const step = ((sample - previous) << 16) >> 16
      const code = ((step << 1) ^ (step >> 15)) & 0xffff
      out.bytes[low + at] = code & 0xff
      out.bytes[high + at] = code >> 8
      previous = sample
    }
  }
  out.length += total * 2
  return sealFrame(kind, version, out.written(), level)
}

function writeForm(out: ByteWriter, chunk: StoredChunk, before: StoredChunk | undefined): void {
  const same =
    before !== undefined &&
    before.rateHz === chunk.rateHz &&
    before.scale === chunk.scale &&
    before.offset === chunk.offset
  out.u8(same ? 1 : 0)
  if (same) return
  out.f64(chunk.rateHz)
  out.f64(chunk.scale)
  out.f64(chunk.offset)
}

function decode(kind: number, payload: Uint8Array): StoredChunk[] {
  const source = new ByteReader(openFrame(kind, version, payload))
  const chunks: StoredChunk[] = []
  let form = { rateHz: 1, scale: 1, offset: 0 }
  let end = 0
  for (let left = source.varint(); left > 0; left--) {
    const series = source.varint()
    const startAt = (end + source.zigzag()) as Micros
    const received = Math.floor(startAt / microsPerTenth) + source.zigzag()
    const stored = received + source.zigzag()
    if (source.u8() === 0) form = { rateHz: source.f64(), scale: source.f64(), offset: source.f64() }
    const samples = new Int16Array(source.varint())
    const receivedAt = (received * microsPerTenth) as Micros
    const chunk = { series, startAt, receivedAt, stored, ...form, samples }
    chunks.push(chunk)
    end = expectedAfter(chunk)
  }
  const total = chunks.reduce((sum, chunk) => sum + chunk.samples.length, 0)
  const low = source.take(total)
  const high = source.take(total)
  let at = 0
  for (const { samples } of chunks) {
    let previous = 0
    for (let i = 0; i < samples.length; i++, at++) {
      const code = low[at]! | (high[at]! << 8)
      previous += (code >>> 1) ^ -(code & 1)
      samples[i] = previous
      previous = samples[i]!
    }
  }
  return chunks
}
