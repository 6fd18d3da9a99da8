/**
 * Waveforms travel as int16. Whole numbers that span no more than 65,536 steps fit exactly, shifted; wider ones
 * (24-bit recorders) are divided by the smallest whole step that fits, and that is the only loss there is.
 */
export interface Int16Piece {
  readonly samples: Int16Array
  readonly scale: number
  readonly offset: number
}

/**
 * @param raw whole numbers as recorded, without invalid ones
 * @param scale physical value of one step
 * @param offset physical value of zero
 */
export function toInt16(raw: Int32Array, scale: number, offset: number): Int16Piece {
  let low = Infinity
  let high = -Infinity
  for (const value of raw) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const fits = low >= -32_768 && high <= 32_767
  const middle = fits ? 0 : Math.round((low + high) / 2)
  const step = Math.max(1, Math.ceil((high - low) / 65_535))
  const samples = new Int16Array(raw.length)
  for (let i = 0; i < raw.length; i++) {
    const shifted = Math.round((raw[i]! - middle) / step)
    samples[i] = Math.max(-32_768, Math.min(32_767, shifted))
  }
  return { samples, scale: scale * step, offset: offset + middle * scale }
}

/** Runs of valid samples as [from, to) pairs, in order. */
export function validRuns(valid: (i: number) => boolean, length: number): [number, number][] {
  const runs: [number, number][] = []
  let from = -1
  for (let i = 0; i <= length; i++) {
    const good = i < length && valid(i)
    if (good && from < 0) from = i
    if (!good && from >= 0) {
      runs.push([from, i])
      from = -1
    }
  }
  return runs
}
