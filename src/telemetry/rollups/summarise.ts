import type { MetricBand } from '../../kernel/metrics/index.ts'
import { quality } from '../model.ts'
import { standing, type Versions } from '../versions.ts'
import { allocateRollups, type Rollups, sliceRollups } from './rollup.ts'

/** Digits a sum keeps: more would be noise of the additions, and cost bytes. */
const digits = 15

/** Rolls the readings up into periods of `widthUs`, which lie on whole multiples of it since 1970. */
export function rollUp(versions: Versions, widthUs: number, bands: readonly MetricBand[] = []): Rollups {
  const all = standing(versions)
  const rolled = allocateRollups(widthUs, countPeriods(all, widthUs), bands.length)
  let entry = -1
  for (let i = 0; i < all.count; i++) {
    const at = all.measuredAt[i]!
    const start = Math.floor(at / widthUs) * widthUs
    if (entry < 0 || rolled.start[entry] !== start) begin(rolled, ++entry, start, at)
    rolled.readings[entry]!++
    const value = all.value[i]!
    if (Number.isFinite(value) && (all.quality[i]! & quality.missing) === 0) {
      addValue(rolled, entry, at, value, bands)
    } else if (rolled.values[entry] === 0) rolled.lastAt[entry] = at
  }
  for (let i = 0; i < rolled.length; i++) {
    rolled.sum[i] = Number(rolled.sum[i]!.toPrecision(digits))
    rolled.squares[i] = Number(rolled.squares[i]!.toPrecision(digits))
  }
  return sliceRollups(rolled, 0, entry + 1)
}

function countPeriods(all: Versions, widthUs: number): number {
  let count = 0
  let before = -1
  for (let i = 0; i < all.count; i++) {
    const period = Math.floor(all.measuredAt[i]! / widthUs)
    if (period !== before) count++
    before = period
  }
  return count
}

function begin(rolled: Rollups, entry: number, start: number, at: number): void {
  rolled.start[entry] = start
  rolled.firstAt[entry] = at
  rolled.lastAt[entry] = at
  rolled.minAt[entry] = start
  rolled.maxAt[entry] = start
  for (const column of [rolled.min, rolled.max, rolled.first, rolled.last]) column[entry] = Number.NaN
}

function addValue(
  rolled: Rollups,
  entry: number,
  at: number,
  value: number,
  bands: readonly MetricBand[],
): void {
  if (rolled.values[entry]!++ === 0) {
    rolled.first[entry] = value
    rolled.firstAt[entry] = at
  }
  rolled.last[entry] = value
  rolled.lastAt[entry] = at
  rolled.sum[entry]! += value
  rolled.squares[entry]! += value * value
  if (!(rolled.min[entry]! <= value)) {
    rolled.min[entry] = value
    rolled.minAt[entry] = at
  }
  if (!(rolled.max[entry]! >= value)) {
    rolled.max[entry] = value
    rolled.maxAt[entry] = at
  }
  if (bands.length > 0) rolled.bands[bandOf(bands, value)]![entry]!++
}

/** The first band the value is still inside; the last has no end. */
export function bandOf(bands: readonly MetricBand[], value: number): number {
  const found = bands.findIndex(
    ({ below, through }) =>
      (below === undefined || value < below) && (through === undefined || value <= through),
  )
  return found < 0 ? bands.length - 1 : found
}
