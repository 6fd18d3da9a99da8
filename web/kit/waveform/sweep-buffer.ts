/**
 * The last seconds of one waveform: a ring of floats in which sample i of the stream (counted from an epoch of its own)
 * lies at i mod capacity. What never arrived is NaN and is drawn as a gap, never as a line across.
 *
 * The buffer also learns how far behind the server's clock its samples arrive (slow links, devices whose clock is off)
 * so that the pen follows at a distance from which it never runs dry.
 */
export interface SweepChunk {
  readonly rateHz: number
  readonly startAtMs: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

export interface SweepBuffer {
  push(chunk: SweepChunk, nowMs: number): void
  readonly rateHz: number
  /** Time of the first missing sample after the newest. -Infinity while empty. */
  readonly endMs: number
  /** How far the pen stays behind the server's clock. */
  readonly delayMs: number
  /** Counts up when rate, epoch or delay changed and everything drawn is void. */
  readonly generation: number
  /** The first sample index at or after a time. */
  indexAt(timeMs: number): number
  timeOf(index: number): number
  /** NaN: no such sample. */
  at(index: number): number
  /** Smallest and largest of what is held; undefined while nothing is. */
  extent(fromMs: number, toMs: number): { readonly low: number; readonly high: number } | undefined
}

const marginMs = 180
/** Shrinking by less than this is not worth a redraw. */
const retuneMs = 600
const arrivalsKept = 12
/** While newer samples come, older ones are a device emptying its memory; after this silence they are its clock set back. */
const silenceMs = 5_000

export function createSweepBuffer(keepSeconds = 24): SweepBuffer {
  let rateHz = 0
  let epochMs = 0
  let ring = new Float32Array(0)
  let endIndex = Number.NEGATIVE_INFINITY
  let delayMs = 1_000
  let generation = 0
  let heardAtMs = Number.NEGATIVE_INFINITY
  const lags: number[] = []

  const restart = (chunk: SweepChunk): void => {
    rateHz = chunk.rateHz
    epochMs = chunk.startAtMs
    ring = new Float32Array(Math.ceil(rateHz * keepSeconds)).fill(Number.NaN)
    endIndex = 0
    lags.length = 0
    generation += 1
  }

  /** The pen must not reach the end before the next chunk is here; a chunk's start is that long ago when it arrives. */
  const learnDelay = (chunk: SweepChunk, nowMs: number): void => {
    lags.push(nowMs - chunk.startAtMs)
    if (lags.length > arrivalsKept) lags.shift()
    const wantedMs = Math.max(...lags) + marginMs
    const first = lags.length === 1
    if (!first && wantedMs <= delayMs && wantedMs > delayMs - retuneMs) return
    delayMs = first || wantedMs < delayMs ? wantedMs : wantedMs + marginMs
    if (!first) generation += 1
  }

  return {
    push(chunk, nowMs) {
      const count = chunk.samples.length
      if (count === 0) return
      const jumpMs = chunk.startAtMs - (epochMs + (endIndex / rateHz) * 1_000)
      const keptMs = keepSeconds * 1_000
      if (jumpMs < -keptMs && nowMs - heardAtMs < silenceMs) return
      heardAtMs = nowMs
      if (chunk.rateHz !== rateHz || Math.abs(jumpMs) > keptMs) restart(chunk)
      const first = Math.round(((chunk.startAtMs - epochMs) / 1_000) * rateHz)
      if (first + count <= endIndex - ring.length) return
      for (let i = endIndex; i < first; i += 1) ring[i % ring.length] = Number.NaN
      for (let i = Math.max(0, -first); i < count; i += 1) {
        ring[(first + i) % ring.length] = chunk.samples[i]! * chunk.scale + chunk.offset
      }
      endIndex = Math.max(endIndex, first + count)
      learnDelay(chunk, nowMs)
    },
    get rateHz() {
      return rateHz
    },
    get endMs() {
      return rateHz === 0 ? Number.NEGATIVE_INFINITY : epochMs + (endIndex / rateHz) * 1_000
    },
    get delayMs() {
      return delayMs
    },
    get generation() {
      return generation
    },
    indexAt: (timeMs) => Math.ceil(((timeMs - epochMs) / 1_000) * rateHz - 1e-6),
    timeOf: (index) => epochMs + (index / rateHz) * 1_000,
    at(index) {
      if (index < 0 || index >= endIndex || index < endIndex - ring.length) return Number.NaN
      return ring[index % ring.length]!
    },
    extent(fromMs, toMs) {
      if (rateHz === 0) return undefined
      let low = Number.POSITIVE_INFINITY
      let high = Number.NEGATIVE_INFINITY
      const last = Math.min(endIndex, this.indexAt(toMs))
      for (let i = Math.max(0, endIndex - ring.length, this.indexAt(fromMs)); i < last; i += 1) {
        const value = ring[i % ring.length]!
        if (value < low) low = value
        if (value > high) high = value
      }
      return low <= high ? { low, high } : undefined
    },
  }
}
