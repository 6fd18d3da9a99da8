import type { ByteReader, ByteWriter } from './bytes.ts'
import { fromPlanes, toPlanes } from './planes.ts'

/**
 * The value column of a block, coded the way that fits it:
 *   0  runs: (varint length, f64) while the value stays the same
 *   1…8  scaled whole numbers: value = n / 10^(code - 1); varint 0 for NaN, else zigzag step + 1
 *   15  exclusive or with the value before, as eight byte planes
 *   17…24  runs of scaled whole numbers: varint runs, varint length of each, then a value of each as in code - 16
 * Every double comes back as it was (NaN as NaN), -0 included.
 */
const codingRuns = 0
const codingXor = 15
const codingScaledRuns = 16
const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7] as const
/** n stays below this so that a step and its zigzag code are exact. */
const largestScaled = 2 ** 50

/**
 * A run of scaled numbers takes two bytes or more, a value by itself one: so the count of runs says which is smaller,
 * also after zstd: of real bedside numerics each hour came out smallest of all codings tried.
 */
export function writeValues(out: ByteWriter, values: Float64Array): void {
  const { lengths, heads } = runsOf(values)
  const scale = scaleOf(heads)
  if (scale < 0) {
    if (heads.length === 1 || heads.length * 16 <= values.length) writeRuns(out, lengths, heads)
    else writeXor(out, values)
  } else if (heads.length * 2 < values.length) writeScaledRuns(out, lengths, heads, scale)
  else {
    out.u8(scale + 1)
    writeScaled(out, values, scale)
  }
}

export function readValues(source: ByteReader, count: number): Float64Array {
  const coding = source.u8()
  if (coding === codingRuns) return readRuns(source, count)
  if (coding === codingXor) return readXor(source, count)
  const runs = coding > codingScaledRuns
  const power = powers[coding - (runs ? codingScaledRuns : 0) - 1]
  if (power === undefined) throw new Error(`telemetry block with unknown value coding ${coding}`)
  return runs ? readScaledRuns(source, count, power) : readScaled(source, count, power)
}

interface Runs {
  readonly lengths: readonly number[]
  readonly heads: Float64Array
}

function runsOf(values: Float64Array): Runs {
  const lengths: number[] = []
  const heads: number[] = []
  for (let at = 0; at < values.length; ) {
    let end = at + 1
    while (end < values.length && Object.is(values[end], values[at])) end++
    lengths.push(end - at)
    heads.push(values[at]!)
    at = end
  }
  return { lengths, heads: Float64Array.from(heads) }
}

/** The smallest power of ten by which every value is a whole number and comes back exactly; -1 where there is none. */
function scaleOf(values: Float64Array): number {
  let scale = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    if (Object.is(value, -0)) return -1
    while (!fits(value, powers[scale]!)) if (++scale === powers.length) return -1
  }
  // A later value may have raised the scale past what an earlier, larger one bears.
  const power = powers[scale]!
  return values.every((value) => Number.isNaN(value) || fits(value, power)) ? scale : -1
}

function fits(value: number, power: number): boolean {
  const scaled = Math.round(value * power)
  return Math.abs(scaled) < largestScaled && Object.is(scaled / power, value)
}

function writeRuns(out: ByteWriter, lengths: readonly number[], heads: Float64Array): void {
  out.u8(codingRuns)
  lengths.forEach((length, i) => {
    out.varint(length)
    out.f64(heads[i]!)
  })
}

function readRuns(source: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count)
  for (let at = 0; at < count; ) {
    const length = source.varint()
    if (length === 0) throw new Error('telemetry block with an empty run')
    values.fill(source.f64(), at, at + length)
    at += length
  }
  return values
}

function writeScaled(out: ByteWriter, values: Float64Array, scale: number): void {
  const power = powers[scale]!
  let before = 0
  for (const value of values) {
    if (Number.isNaN(value)) {
      out.varint(0)
      continue
    }
    const scaled = Math.round(value * power)
    const step = scaled - before
    out.varint((step >= 0 ? step * 2 : -step * 2 - 1) + 1)
    before = scaled
  }
}

function readScaled(source: ByteReader, count: number, power: number): Float64Array {
  const values = new Float64Array(count)
  let scaled = 0
  for (let i = 0; i < count; i++) {
    const code = source.varint()
    if (code === 0) {
      values[i] = Number.NaN
      continue
    }
    const zigzag = code - 1
    scaled += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    values[i] = scaled / power
  }
  return values
}

function writeScaledRuns(
  out: ByteWriter,
  lengths: readonly number[],
  heads: Float64Array,
  scale: number,
): void {
  out.u8(codingScaledRuns + scale + 1)
  out.varint(lengths.length)
  for (const length of lengths) out.varint(length)
  writeScaled(out, heads, scale)
}

function readScaledRuns(source: ByteReader, count: number, power: number): Float64Array {
  const lengths = Array.from({ length: source.varint() }, () => source.varint())
  const heads = readScaled(source, lengths.length, power)
  const values = new Float64Array(count)
  let at = 0
  lengths.forEach((length, i) => {
    values.fill(heads[i]!, at, at + length)
    at += length
  })
  if (at !== count) throw new Error(`telemetry block with runs of ${at} values instead of ${count}`)
  return values
}

function xorWithBefore(values: Float64Array, forward: boolean): Float64Array {
  const result = values.slice()
  const words = new Uint32Array(result.buffer)
  if (forward) for (let i = words.length - 1; i >= 2; i--) words[i] = words[i]! ^ words[i - 2]!
  else for (let i = 2; i < words.length; i++) words[i] = words[i]! ^ words[i - 2]!
  return result
}

function writeXor(out: ByteWriter, values: Float64Array): void {
  out.u8(codingXor)
  out.reserve(values.length * 8)
  toPlanes(xorWithBefore(values, true), values.length, out.bytes, out.length)
  out.length += values.length * 8
}

const readXor = (source: ByteReader, count: number): Float64Array =>
  xorWithBefore(fromPlanes(source.take(count * 8), count), false)
