import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRollups, encodeRollups } from '../codec/rollup-block.ts'
import { downsample } from '../downsample.ts'
import { quality } from '../model.ts'
import { allocateVersions, type Versions } from '../versions.ts'
import { downsampleRollups, widthFor } from './downsample-rollups.ts'
import { columnNames, hourUs, joinRollups, minuteUs, type Rollups } from './rollup.ts'
import { bandOf, rollUp } from './summarise.ts'
import { bandsOfMetric } from './write-rollups.ts'

const start = Date.UTC(2026, 0, 1) * 1_000

function versionsOf(rows: readonly (readonly [at: number, value: number, bits?: number])[]): Versions {
  const all = allocateVersions(rows.length)
  rows.forEach(([at, value, bits], i) => {
    all.measuredAt[i] = at
    all.value[i] = value
    all.quality[i] = bits ?? 0
  })
  return all
}

const plain = (all: Rollups) => ({
  ...Object.fromEntries(columnNames.map((name) => [name, [...all[name]]])),
  bands: all.bands.map((band) => [...band]),
})

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -400, max: 4_000 }).map((n) => n / 10) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const series = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40_000_000 }), value), { minLength: 1, maxLength: 300 })
  .map((steps) => {
    let at = start
    return versionsOf(
      steps.map(([step, one]) => {
        at += step
        return [at, one] as const
      }),
    )
  })

describe('a roll-up', () => {
  it('counts what stands: neither old versions nor what was withdrawn', () => {
    const rows = [
      [start, 10],
      [start, 20],
      [start + 1e6, 900, quality.enteredInError],
      [start + 2e6, Number.NaN, quality.missing],
      [start + 3e6, 40],
    ] as const
    const rolled = rollUp(versionsOf(rows), minuteUs)
    expect(plain(rolled)).toMatchObject({
      start: [start],
      readings: [3],
      values: [2],
      sum: [60],
      squares: [2_000],
      min: [20],
      max: [40],
      first: [20],
      last: [40],
      firstAt: [start],
      lastAt: [start + 3e6],
    })
  })

  it('is read back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(series, fc.constantFrom('glucose', 'heart-rate'), (all, metric) => {
        const rolled = rollUp(all, minuteUs, bandsOfMetric(metric))
        expect(plain(decodeRollups(encodeRollups(rolled)))).toEqual(plain(rolled))
      }),
    )
  })

  it('is the same whether made at once or from its parts', () => {
    fc.assert(
      fc.property(series, fc.nat(), (all, cut) => {
        const whole = rollUp(all, hourUs)
        const at = cut % all.count
        const part = (from: number, to: number) =>
          rollUp(
            versionsOf(
              Array.from({ length: to - from }, (_, i) => [all.measuredAt[from + i]!, all.value[from + i]!]),
            ),
            hourUs,
          )
        const joined = joinRollups([part(0, at), part(at, all.count)], hourUs)
        for (const name of ['start', 'readings', 'values', 'min', 'max', 'first', 'last'] as const) {
          expect([...joined[name]]).toEqual([...whole[name]])
        }
      }),
    )
  })
})

describe('the bands of glucose', () => {
  it.each([
    [53.9, 'very-low'],
    [54, 'low'],
    [69.9, 'low'],
    [70, 'in-range'],
    [180, 'in-range'],
    [180.1, 'high'],
    [250, 'high'],
    [250.1, 'very-high'],
  ])('put %s mg/dL into %s', (mgPerDl, band) => {
    const bands = bandsOfMetric('interstitial-glucose')
    expect(bands[bandOf(bands, mgPerDl)]!.id).toBe(band)
  })
})

describe('downsampling roll-ups', () => {
  it.each([
    [24 * hourUs, 1_000, minuteUs],
    [365 * 24 * hourUs, 1_000, hourUs],
    [hourUs, 1_000, undefined],
  ])('a range of %s µs as %s points reads periods of %s µs', (range, points, width) => {
    expect(widthFor(start, start + range, points)).toBe(width)
  })

  it('never gives more points than asked, rises strictly, and keeps first, lowest, highest and last', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 10, max: 120 }), (all, points) => {
        const end = all.measuredAt[all.count - 1]! + 1
        const found = downsampleRollups(rollUp(all, minuteUs), all.measuredAt[0]!, end, points)
        const raw = downsample(all.measuredAt, all.value, all.measuredAt[0]!, end, 100_000)
        expect(found.rawCount).toBe(all.count)
        expect(found.measuredAt.length).toBeLessThanOrEqual(points)
        for (let i = 1; i < found.measuredAt.length; i++) {
          expect(found.measuredAt[i]).toBeGreaterThan(found.measuredAt[i - 1]!)
        }
        const finite = (values: Float64Array) => [...values].filter(Number.isFinite)
        const [ours, theirs] = [finite(found.value), finite(raw.value)]
        expect([ours.length > 0, Math.min(...ours), Math.max(...ours), ours[0], ours.at(-1)]).toEqual([
          theirs.length > 0,
          Math.min(...theirs),
          Math.max(...theirs),
          theirs[0],
          theirs.at(-1),
        ])
      }),
    )
  })
})
