/** An hour of numerics, a minute of waveform: each a few kilobytes to a few dozen, packed. In µs. */
export const samplePeriod = 3_600_000_000
export const wavePeriod = 60_000_000

/** Longer waveform chunks are cut, so that a block reaches at most this far beyond its period. */
export const longestChunkUs = 60_000_000

/** No time lies at or after this, nor before zero (µs): the year 2112. Steps between times stay exact in a double. */
export const endOfTime = 2 ** 52

/** Whole microseconds inside the range of times. */
export const clamp = (from: number, to: number): [number, number] => [
  Math.min(endOfTime, Math.max(0, Math.ceil(from))),
  Math.min(endOfTime, Math.max(0, Math.ceil(to))),
]
