import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AlarmEffect,
  type AlarmEvent,
  type AlarmState,
  type AlarmTiming,
  quietState,
  shownState,
  step,
  type Verdict,
} from './alarm.ts'

const s = 1_000_000
const timing: AlarmTiming = {
  delayUs: 10 * s,
  clearDelayUs: 5 * s,
  slackUs: 1.5 * s,
  gapUs: 120 * s,
  latching: false,
}
const latching: AlarmTiming = { ...timing, latching: true }

const sample = (second: number, verdict: Verdict, immediate = false): AlarmEvent => ({
  type: 'sample',
  at: second * s,
  receivedAt: second * s,
  verdict,
  immediate,
})
const tick = (second: number): AlarmEvent => ({ type: 'tick', now: second * s })
const missing: AlarmEvent = { type: 'missing' }
const acknowledge: AlarmEvent = { type: 'acknowledge' }
const end: AlarmEvent = { type: 'end' }

function run(events: readonly AlarmEvent[], under = timing, from: AlarmState = quietState) {
  const effects: AlarmEffect[] = []
  let state = from
  for (const event of events) {
    const [next, done] = step(state, event, under)
    state = next
    effects.push(...done)
  }
  return { state, effects }
}

const raising = [sample(0, 'violates'), sample(10, 'violates')]

describe('an alarm', () => {
  it.each<[string, readonly AlarmEvent[], AlarmTiming, readonly AlarmEffect[]]>([
    ['is raised when the condition has held for the delay', raising, timing, ['raised']],
    ['is not raised a moment before', [sample(0, 'violates'), sample(9.999, 'violates')], timing, []],
    [
      'starts its delay anew after a good value',
      [sample(0, 'violates'), sample(5, 'clear'), sample(12, 'violates')],
      timing,
      [],
    ],
    [
      'starts its delay anew at a value between the limits',
      [sample(0, 'violates'), sample(5, 'between'), sample(12, 'violates')],
      timing,
      [],
    ],
    [
      'starts its delay anew after a gap in which nothing is known',
      [sample(0, 'violates'), sample(121, 'violates')],
      timing,
      [],
    ],
    [
      'is raised by the timer where no further sample comes',
      [sample(0, 'violates'), tick(11.5)],
      timing,
      ['raised'],
    ],
    [
      'is left to samples on their way until the slack is over',
      [sample(0, 'violates'), tick(11.4)],
      timing,
      [],
    ],
    [
      'is not raised by the timer while the sensor cannot measure',
      [sample(0, 'violates'), missing, tick(60)],
      timing,
      [],
    ],
    [
      'is raised over samples that could not measure',
      [sample(0, 'violates'), missing, sample(10, 'violates')],
      timing,
      ['raised'],
    ],
    ['is raised at once by a spot measurement', [sample(0, 'violates', true)], timing, ['raised']],
    [
      'ends when the value stayed beyond the clear limit',
      [...raising, sample(20, 'clear'), sample(25, 'clear')],
      timing,
      ['raised', 'cleared'],
    ],
    [
      'does not end a moment before',
      [...raising, sample(20, 'clear'), sample(24.9, 'clear')],
      timing,
      ['raised'],
    ],
    [
      'does not end between the limits',
      [...raising, sample(20, 'between'), sample(90, 'between')],
      timing,
      ['raised'],
    ],
    [
      'starts its way back anew when the value falls between',
      [...raising, sample(20, 'clear'), sample(23, 'between'), sample(26, 'clear')],
      timing,
      ['raised'],
    ],
    [
      'ends by the timer where no further sample comes',
      [...raising, sample(20, 'clear'), tick(26.5)],
      timing,
      ['raised', 'cleared'],
    ],
    [
      'does not end by the timer while the sensor cannot measure',
      [...raising, sample(20, 'clear'), missing, tick(99)],
      timing,
      ['raised'],
    ],
    ['does not end by missing samples', [...raising, missing, missing, tick(500)], timing, ['raised']],
    [
      'does not end by being acknowledged',
      [...raising, acknowledge, tick(500)],
      timing,
      ['raised', 'acknowledged'],
    ],
    ['is acknowledged once', [...raising, acknowledge, acknowledge], timing, ['raised', 'acknowledged']],
    ['cannot be acknowledged before it is raised', [sample(0, 'violates'), acknowledge], timing, []],
    [
      'is not changed by a sample older than the last',
      [...raising, sample(5, 'clear', true)],
      timing,
      ['raised'],
    ],
    [
      'latches where nobody acknowledged it',
      [...raising, sample(20, 'clear', true)],
      latching,
      ['raised', 'latched'],
    ],
    [
      'does not latch where somebody did',
      [...raising, acknowledge, sample(20, 'clear', true)],
      latching,
      ['raised', 'acknowledged', 'cleared'],
    ],
    [
      'is over when a latched one is acknowledged',
      [...raising, sample(20, 'clear', true), acknowledge],
      latching,
      ['raised', 'latched', 'acknowledged', 'cleared'],
    ],
    [
      'recurs as the same alarm while latched',
      [...raising, sample(20, 'clear', true), sample(30, 'violates'), sample(40, 'violates')],
      latching,
      ['raised', 'latched', 'recurred'],
    ],
    ['ends with its source', [...raising, end], timing, ['raised', 'cleared']],
    ['stays latched when its source goes', [...raising, end], latching, ['raised', 'latched']],
    [
      'comes again after it was over',
      [...raising, sample(20, 'clear', true), sample(30, 'violates'), sample(40, 'violates')],
      timing,
      ['raised', 'cleared', 'raised'],
    ],
  ])('%s', (_, events, under, effects) => {
    expect(run(events, under).effects).toEqual(effects)
  })

  it('keeps a new occurrence waiting when the latched one before it is acknowledged', () => {
    const events = [
      ...raising,
      sample(20, 'clear', true),
      sample(30, 'violates'),
      acknowledge,
      sample(40, 'violates'),
    ]
    const { state, effects } = run(events, latching)
    expect(effects.slice(2)).toEqual(['acknowledged', 'cleared', 'raised'])
    expect(state.acknowledged).toBe(false)
  })
})

const verdict = fc.constantFrom<Verdict>('violates', 'between', 'clear')
const anyEvent: fc.Arbitrary<AlarmEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: 90 }), verdict, fc.boolean()).map((a) => sample(...a)),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 120 }).map(tick) },
  { weight: 1, arbitrary: fc.constantFrom(missing, acknowledge) },
)
const anyTiming = fc.record({
  delayUs: fc.integer({ min: 0, max: 20 }).map((x) => x * s),
  clearDelayUs: fc.integer({ min: 0, max: 20 }).map((x) => x * s),
  slackUs: fc.constant(1.5 * s),
  gapUs: fc.constant(120 * s),
  latching: fc.boolean(),
})

describe('under any order of events', () => {
  it('a present condition goes only by a value beyond the clear limit, and is never silent about it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), anyTiming, (events, under) => {
        let state = quietState
        let sawClear = false
        for (const event of events) {
          const before = shownState(state)
          const inOrder = event.type === 'sample' && event.at >= state.judgedAt
          const [next, effects] = step(state, event, under)
          if (inOrder) sawClear = event.verdict === 'clear'
          if (before === 'active' && shownState(next) !== 'active') {
            expect(sawClear).toBe(true)
            expect(effects).toEqual([under.latching && !state.acknowledged ? 'latched' : 'cleared'])
          }
          if (before === undefined && shownState(next) === 'active') expect(effects).toEqual(['raised'])
          if (before === 'latched' && shownState(next) === undefined) expect(event.type).toBe('acknowledge')
          if (effects.length === 0) expect(shownState(next)).toBe(before)
          state = next
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('an event given twice is an event given once', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), anyTiming, (events, under) => {
        const twice = events.flatMap((event) => [event, event])
        expect(run(twice, under).effects).toEqual(run(events, under).effects)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a sustained condition is always raised, whatever came before it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), anyTiming, (events, under) => {
        const { state } = run(events, under)
        const sustained = Array.from({ length: 22 }, (_, i) => sample(100 + i, 'violates'))
        expect(shownState(run(sustained, under, state).state)).toBe('active')
      }),
      { numRuns: 1_000 },
    )
  })

  it('a restart from what is stored goes on as if there had been none', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 40 }),
        fc.array(anyEvent, { maxLength: 40 }),
        anyTiming,
        (before, after, under) => {
          const { state } = run(before, under)
          const stored = JSON.parse(JSON.stringify({ ...state, judgedAt: Math.max(state.judgedAt, -1) }))
          expect(run(after, under, stored).effects).toEqual(run(after, under, state).effects)
        },
      ),
      { numRuns: 500 },
    )
  })
})
