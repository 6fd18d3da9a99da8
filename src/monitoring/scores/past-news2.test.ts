import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../../kernel/time.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { quality } from '../../telemetry/model.ts'
import { FakeTelemetry } from '../tests/fake-telemetry.ts'
import type { News2Part } from './news2.ts'
import { notStoredYet, type PastInput, pastNews2, pastStepUs } from './past-news2.ts'
import { ScoreKeeper } from './score-keeper.ts'

const startUs = Date.UTC(2026, 0, 1) * 1_000
const minuteUs = 60_000_000

type Sample = readonly [minute: number, value: number, bits?: number]
const input = (metric: string, ...samples: readonly Sample[]): PastInput => ({
  metric,
  measuredAt: Float64Array.from(samples, ([minute]) => startUs + minute * minuteUs),
  value: Float64Array.from(samples, ([, value]) => value),
  quality: Uint8Array.from(samples, ([, , bits]) => bits ?? quality.good),
})
const spots = [
  input('consciousness', [0, 0]),
  input('body-temperature', [0, 37]),
  input('systolic-bp', [0, 120]),
  input('oxygen-flow', [0, 0]),
]
const streams = [input('spo2', [0, 97], [5, 97]), input('heart-rate', [0, 70], [5, 70])]
const played = (inputs: readonly PastInput[], from: number, to: number, scale: 1 | 2 = 1) =>
  pastNews2(inputs, { from: startUs + from * minuteUs, to: startUs + to * minuteUs }, scale).map(
    ({ at, total, missing }): [number, number, readonly News2Part[]] => [
      (at - startUs) / minuteUs,
      total,
      missing,
    ],
  )

describe('NEWS2 of the past', () => {
  it.each<[string, readonly PastInput[], number, number, [number, number, News2Part[]][]]>([
    [
      'rises with a sepsis',
      [
        ...spots,
        input('spo2', [0, 97], [5, 95], [10, 93]),
        input('respiratory-rate', [0, 16], [5, 22], [10, 26]),
        input('heart-rate', [0, 80], [5, 100], [10, 120]),
        input('tympanic-temperature', [9, 39.2]),
      ],
      0,
      10,
      [
        [0, 0, []],
        [5, 4, []],
        [10, 9, []],
      ],
    ],
    [
      'names what a gap leaves out, and is a lower bound there',
      [...spots, ...streams, input('respiratory-rate', [0, 22], [20, 22])],
      0,
      20,
      [
        [0, 2, []],
        [5, 2, []],
        [10, 2, []],
        [15, 0, ['respiratory-rate']],
        [20, 2, ['oxygen-saturation', 'pulse']],
      ],
    ],
    [
      'takes no cuff pressure older than six hours',
      [input('systolic-bp', [0, 85]), input('heart-rate', [360, 70])],
      360,
      365,
      [
        [
          360,
          3,
          ['respiratory-rate', 'oxygen-saturation', 'supplemental-oxygen', 'consciousness', 'temperature'],
        ],
        [
          365,
          0,
          [
            'respiratory-rate',
            'oxygen-saturation',
            'supplemental-oxygen',
            'systolic-bp',
            'consciousness',
            'temperature',
          ],
        ],
      ],
    ],
    ['says nothing where nothing is known', [input('spo2', [30, 97], [31, 80, quality.artefact])], 0, 29, []],
  ])('%s', (_, inputs, from, to, scores) => expect(played(inputs, from, to)).toEqual(scores))

  it('is, step by step, what the live score would have been', () => {
    const metrics = ['spo2', 'pulse-rate', 'heart-rate', 'systolic-bp', 'oxygen-flow', 'respiratory-rate']
    const sample = fc.record({
      second: fc.integer({ min: 0, max: 13 * 3600 }),
      metric: fc.constantFrom(...metrics),
      value: fc.integer({ min: 0, max: 200 }),
    })
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 60 }),
        fc.constantFrom(1 as const, 2 as const),
        (all, scale) => {
          const sorted = all.toSorted(
            (a, b) => a.second - b.second || metrics.indexOf(a.metric) - metrics.indexOf(b.metric),
          )
          const inputs = metrics.map((metric) =>
            input(
              metric,
              ...sorted.filter((s) => s.metric === metric).map((s): Sample => [s.second / 60, s.value]),
            ),
          )
          expect(
            played(inputs, 0, 13 * 60, scale).map(([at, total, { length }]) => [at, total, length]),
          ).toEqual(live(sorted, scale))
        },
      ),
      { numRuns: 60 },
    )
  })
})

function live(
  samples: readonly { second: number; metric: string; value: number }[],
  scale: 1 | 2,
): (readonly [number, number, number])[] {
  const clock = new FakeClock(startUs)
  const keeper = new ScoreKeeper({
    telemetry: new FakeTelemetry(),
    clock,
    log: silentLog,
    spo2ScaleOf: () => scale,
    changed: () => {},
  })
  const scores: (readonly [number, number, number])[] = []
  let next = 0
  for (let minute = 0; minute <= 13 * 60; minute += 5) {
    for (; next < samples.length && samples[next]!.second <= minute * 60; next++) {
      const { second, metric, value } = samples[next]!
      keeper.reading('p1', metric, startUs + second * 1e6, value)
    }
    keeper.batchEnds()
    const view = keeper.view('p1')
    if (view?.parts.some(({ points }) => points !== null))
      scores.push([minute, view.total, view.missing.length])
    clock.advanceMs(5 * 60_000)
  }
  return scores
}

describe('a past score', () => {
  const at = startUs
  const bits = () => quality.good
  it.each<[string, number, number, boolean]>([
    ['is stored where none lies within half a step', pastStepUs / 2 + 1, 4, true],
    ['is left out beside one that was live', pastStepUs / 2, 9, false],
    ['is not told twice', 0, 4, false],
    ['corrects one of an earlier look-back', 0, 3, true],
  ])('%s', (_, gap, total, kept) => {
    const stored = {
      measuredAt: Float64Array.of((at - gap) as Micros),
      value: Float64Array.of(total),
      quality: Uint8Array.of(quality.good),
    }
    expect(notStoredYet([{ at, total: 4, missing: [] }], stored, bits)).toHaveLength(Number(kept))
  })
})
