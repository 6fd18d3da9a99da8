import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../../kernel/time.ts'
import { endOfTime, samplePeriod } from '../periods.ts'
import type { Segment } from '../segment.ts'
import type { Versions } from '../versions.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { decodeJournalSamples, encodeJournalSamples } from './journal-samples.ts'
import { decodeSampleBlock, encodeSampleBlock } from './sample-block.ts'
import {
  decodeJournalWaveforms,
  decodeWaveformBlock,
  encodeJournalWaveforms,
  encodeWaveformBlock,
  type StoredChunk,
} from './waveforms.ts'

const times = fc.oneof(
  fc.integer({ min: 0, max: endOfTime - 1 }),
  fc.constantFrom(0, 1, endOfTime - 1, Date.UTC(2026, 0, 1) * 1_000),
)
const tenths = times.map((time) => Math.floor(time / 100_000))
/** Any double, with a taste for what devices send: whole, one or two decimals, repeated, missing. */
const values = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -300, max: 3_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: -9_999, max: 99_999 }).map((n) => n / 10) },
  { weight: 2, arbitrary: fc.integer({ min: -9_999, max: 99_999 }).map((n) => n / 100) },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(Number.NaN, -0, 0, Infinity, -Infinity, 2 ** 53, 5e-324, 0.1 + 0.2),
  },
)
const columns = fc.oneof(
  fc.array(values, { maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }),
  fc.array(
    fc.integer({ min: 0, max: 2_000 }).map((n) => n / 10),
    { maxLength: 300 },
  ),
  fc
    .tuple(values, fc.integer({ min: 1, max: 500 }))
    .map(([value, length]) => Array<number>(length).fill(value)),
  fc
    .array(fc.tuple(values, fc.integer({ min: 3, max: 40 })), { maxLength: 20 })
    .map((runs) => runs.flatMap(([value, length]) => Array<number>(length).fill(value))),
)
const same = (got: ArrayLike<number>, expected: readonly number[]) => {
  expect(got.length).toBe(expected.length)
  expected.forEach((value, i) => {
    if (!Object.is(got[i], value)) expect([i, got[i]]).toEqual([i, value])
  })
}

describe('bytes', () => {
  it('keep every whole number', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger().filter((n) => Math.abs(n) <= endOfTime)), (numbers) => {
        const out = new ByteWriter(1)
        for (const n of numbers) {
          out.zigzag(n)
          out.varint(Math.abs(n))
        }
        const source = new ByteReader(out.written())
        for (const n of numbers) {
          expect(source.zigzag()).toBe(n === 0 ? 0 : n)
          expect(source.varint()).toBe(Math.abs(n))
        }
      }),
    )
  })
})

const versions = columns.chain((value) =>
  fc.record({
    value: fc.constant(value),
    measuredAt: fc
      .array(fc.oneof(fc.integer({ min: 0, max: samplePeriod - 1 }), times), {
        minLength: value.length,
        maxLength: value.length,
      })
      .map((list) => list.sort((a, b) => a - b)),
    quality: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: value.length, maxLength: value.length }),
    received: fc.array(tenths, { minLength: value.length, maxLength: value.length }),
    stored: fc.array(tenths, { minLength: value.length, maxLength: value.length }),
  }),
)

describe('sample blocks', () => {
  it('give back every time, value, quality, and both other times, to the bit', () => {
    fc.assert(
      fc.property(versions, (v) => {
        const block: Versions = {
          count: v.value.length,
          value: Float64Array.from(v.value),
          measuredAt: Float64Array.from(v.measuredAt),
          quality: Uint8Array.from(v.quality),
          received: Float64Array.from(v.received),
          stored: Float64Array.from(v.stored),
        }
        const back = decodeSampleBlock(encodeSampleBlock(block))
        expect(back.count).toBe(v.value.length)
        same(back.value, v.value)
        same(back.measuredAt, v.measuredAt)
        same(back.quality, v.quality)
        same(back.received, v.received)
        same(back.stored, v.stored)
      }),
      { numRuns: 300 },
    )
  })

  it('keep an hour of heart rate at one a second in under a byte a reading', () => {
    const count = 3_600
    const start = Date.UTC(2026, 0, 1) * 1_000
    const measuredAt = Float64Array.from({ length: count }, (_, i) => start + i * 1_000_000)
    const block: Versions = {
      count,
      measuredAt,
      value: Float64Array.from({ length: count }, (_, i) =>
        Math.round(72 + 6 * Math.sin(i / 40) + 2 * Math.sin(i * 1.7)),
      ),
      quality: new Uint8Array(count),
      received: Float64Array.from(measuredAt, (time) => Math.floor(time / 100_000)),
      stored: Float64Array.from(measuredAt, (time) => Math.floor(time / 100_000)),
    }
    expect(encodeSampleBlock(block).length / count).toBeLessThan(1)
  })

  it('are refused when a byte is not as it was written', () => {
    const one = new Float64Array(1)
    const block = encodeSampleBlock({
      count: 1,
      measuredAt: one,
      value: one,
      quality: new Uint8Array(1),
      received: one,
      stored: one,
    })
    for (let i = 0; i < block.length; i++) {
      const damaged = Buffer.from(block)
      damaged[i]! ^= 0x10
      expect(() => decodeSampleBlock(damaged), `byte ${i}`).toThrow()
    }
    for (let length = 0; length < block.length; length++) {
      expect(() => decodeSampleBlock(block.subarray(0, length)), `cut at ${length}`).toThrow()
    }
  })
})

describe('the page about the bytes', () => {
  it('shows a block as it is written', () => {
    const page = readFileSync(new URL('../../../docs/telemetry-format.md', import.meta.url), 'utf8')
    const dump = page.slice(page.indexOf('## An example')).match(/^(?:[0-9a-f]{2} )+ /gm)!
    const at = Date.UTC(2026, 0, 1) * 1_000
    const measuredAt = Float64Array.from([0, 1, 2, 3], (second) => at + second * 1_000_000)
    const tenths = measuredAt.map((time) => time / 100_000 + 2)
    const block: Versions = {
      count: 4,
      measuredAt,
      value: Float64Array.of(72, 73, 73, Number.NaN),
      quality: Uint8Array.of(0, 0, 0, 8),
      received: tenths,
      stored: tenths,
    }
    expect(Buffer.from(dump.join('').replaceAll(' ', ''), 'hex')).toEqual(encodeSampleBlock(block))
  })
})

describe('journal rows', () => {
  it('give back every run of every series', () => {
    const runs = fc.uniqueArray(
      fc.record({
        series: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        of: fc.array(fc.tuple(times, values, tenths), { minLength: 1, maxLength: 20 }),
      }),
      { selector: (run) => run.series, maxLength: 20 },
    )
    fc.assert(
      fc.property(runs, tenths, fc.boolean(), (list, stored, flagged) => {
        const sorted = [...list].sort((a, b) => a.series - b.series)
        const rows = sorted.flatMap((run) => [...run.of].sort((a, b) => a[0] - b[0]))
        const starts = [0]
        for (const run of sorted) starts.push(starts.at(-1)! + run.of.length)
        const segment: Segment = {
          series: Uint32Array.from(sorted, (run) => run.series),
          starts: Uint32Array.from(starts),
          measuredAt: Float64Array.from(rows, (row) => row[0]),
          value: Float64Array.from(rows, (row) => row[1]),
          received: Float64Array.from(rows, (row) => row[2]),
          quality: Uint8Array.from(rows, (_, i) => (flagged ? i % 3 : 0)),
          stored,
        }
        const back = decodeJournalSamples(encodeJournalSamples(segment))
        expect(back.stored).toBe(stored)
        for (const column of ['series', 'starts', 'measuredAt', 'value', 'received', 'quality'] as const) {
          same(back[column], [...segment[column]])
        }
      }),
      { numRuns: 200 },
    )
  })
})

const chunk: fc.Arbitrary<StoredChunk> = fc
  .record({
    series: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    startAt: times,
    received: tenths,
    stored: tenths,
    rateHz: fc.constantFrom(1, 62.5, 250, 360, 500),
    scale: fc.constantFrom(1, 0.005, 1 / 3),
    offset: fc.constantFrom(0, -1, 0.1),
    samples: fc.oneof(
      fc.int16Array({ maxLength: 100 }),
      fc.constantFrom(new Int16Array(0), Int16Array.of(-32768, 32767, -32768)),
    ),
  })
  .map(({ received, startAt, ...rest }) => ({
    ...rest,
    startAt: startAt as Micros,
    receivedAt: (received * 100_000) as Micros,
  }))

describe('waveforms', () => {
  it('give back every chunk, sample for sample', () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 12 }), (chunks) => {
        expect(decodeJournalWaveforms(encodeJournalWaveforms(chunks))).toEqual(chunks)
        expect(decodeWaveformBlock(encodeWaveformBlock(chunks))).toEqual(chunks)
      }),
      { numRuns: 200 },
    )
  })
})
