import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metrics } from '../kernel/metrics/index.ts'
import { quality } from '../telemetry/model.ts'
import { compileRule } from './judge/compile.ts'
import { type AlarmRule, metricsOf, type RuleCase } from './rule.ts'
import { sweepRules } from './rule-book.ts'
import { ruleWard } from './tests/rule-ward.ts'

const rules = await sweepRules()

type Happened = readonly [second: number, event: string]

function outcome(rule: AlarmRule, each: RuleCase): readonly Happened[] {
  const ward = ruleWard(rules, each.params ? { [rule.id]: each.params } : {})
  const events = ward.play(rule.input?.metric ?? 'spo2', each.series, each.everyS)
  return events.flatMap(({ rule: id, event, second, kind, alarm }): Happened[] => {
    if (id === rule.id) return [[second, event]]
    const explains = kind === 'technical' && event === 'raised' && alarm.inhibitedBy === null
    return explains ? [[second, 'technical']] : []
  })
}

/** Every parameter at both of its ends, the others at their defaults. */
const ends = (rule: AlarmRule) =>
  Object.entries(rule.params).flatMap(([name, { min, max }]) => [
    { name, value: min },
    { name, value: max },
  ])

describe.each([...rules.values()])('the rule $id', (rule) => {
  it.each(rule.cases)('$name', (each) => {
    expect(outcome(rule, each)).toEqual(each.expect)
  })

  it('shows a raise, a clear, a brief excursion and missing data', () => {
    const shown = new Set(rule.cases.map(({ shows }) => shows))
    expect(shown).toEqual(new Set(['raise', 'clear', 'brief', 'missing']))
  })

  it('says why, and from whom it has that', () => {
    expect(rule.rationale.length).toBeGreaterThan(60)
    expect(rule.references.length).toBeGreaterThan(0)
  })

  it.each(ends(rule))('holds its bounds: $name at $value', ({ name, value }) => {
    const param = rule.params[name]!
    expect(param.default).toBeGreaterThanOrEqual(param.min)
    expect(param.default).toBeLessThanOrEqual(param.max)
    const compiled = compileRule(rule, { [rule.id]: { [name]: value } })
    const ward = ruleWard(new Map([[rule.id, rule]]), { [rule.id]: { [name]: value } })
    const delayS = compiled.timing.delayUs / 1e6
    if (rule.when.test === 'disconnected') {
      expect(ward.play('spo2', `97x5 off .x${delayS + 5}`)).toMatchObject([{ second: 5 + delayS }])
      return
    }
    // The one rule of this ward watches nothing itself: the metric must be one that rules watch.
    const watched = ruleWard(rules, { [rule.id]: { [name]: value } })
    if (rule.when.test === 'silent') {
      const silentS = Math.max(compiled.factor, compiled.floorUs / 1e6)
      expect(watched.play('spo2', `97x5 .x${silentS + 5}`)).toMatchObject([
        { second: 5 + silentS, rule: rule.id },
      ])
      return
    }
    if (rule.when.test === 'flagged') {
      const own = watched.play('spo2', `97x5 !x${delayS + 2}`).filter(({ rule: id }) => id === rule.id)
      expect(own[0]).toMatchObject({
        second: 5 + delayS,
        rule: rule.id,
      })
      return
    }
    if (rule.when.test === 'late') {
      const late = watched.play('spo2', `~97x${delayS + 2}`)
      expect(late).toMatchObject([{ second: delayS, rule: rule.id }])
      return
    }
    walkLimits(rule, compiled, ward)
  })
})

/** From the limit over it, back to just short of the clear limit, and to the clear limit: each when it is due. */
function walkLimits(
  rule: AlarmRule,
  compiled: ReturnType<typeof compileRule>,
  { events, send, clock }: ReturnType<typeof ruleWard>,
): void {
  const hold = (value: number, seconds: number): void => {
    for (let i = 0; i < seconds; i++) {
      send(rule.input!.metric, value)
      clock.advanceMs(1_000)
    }
  }
  const grain = 0.01
  const outwards = compiled.comparison === 'above' || compiled.comparison === 'atLeast' ? 1 : -1
  const inclusive = compiled.comparison === 'atLeast' || compiled.comparison === 'atMost'
  const lastGood = inclusive ? compiled.limit - outwards * grain : compiled.limit
  const firstBad = inclusive ? compiled.limit : compiled.limit + outwards * grain
  const delayS = compiled.timing.delayUs / 1e6
  const clearS = compiled.timing.clearDelayUs / 1e6
  hold(lastGood, 5)
  hold(firstBad, delayS)
  expect(events).toEqual([])
  hold(firstBad, 2)
  expect(events).toMatchObject([{ second: 5 + delayS, event: 'raised' }])
  if (compiled.clearLimit !== compiled.limit) hold(compiled.clearLimit + outwards * grain, clearS + 3)
  hold(inclusive ? Math.min(compiled.clearLimit, lastGood) : compiled.clearLimit, clearS)
  expect(events).toHaveLength(1)
  hold(inclusive ? Math.min(compiled.clearLimit, lastGood) : compiled.clearLimit, 1)
  expect(events).toMatchObject([{}, { event: rule.latching ? 'latched' : 'cleared' }])
}

describe('the rules together', () => {
  it('watch metrics of the catalogue in their own unit', () => {
    for (const { input, params, when } of rules.values()) {
      for (const id of input ? metricsOf(input) : []) {
        const metric = metrics.get(id)
        if (metric && 'param' in when)
          expect({ id, unit: params[when.param]?.unit }).toEqual({ id, unit: metric.unit })
      }
    }
  })

  it('are hidden only by rules that weigh as much, never a patient by a device, never in a circle', () => {
    const rank = { high: 0, medium: 1, low: 2 }
    const causes = (id: string, seen: readonly string[]): void => {
      expect(seen).not.toContain(id)
      for (const parent of rules.get(id)!.inhibitedBy) causes(parent, [...seen, id])
    }
    for (const rule of rules.values()) {
      causes(rule.id, [])
      for (const id of rule.inhibitedBy) {
        const parent = rules.get(id)!
        expect(rank[parent.priority]).toBeLessThanOrEqual(rank[rule.priority])
        if (rule.kind === 'physiological') expect(parent.kind).toBe('physiological')
      }
    }
  })

  it('give the same alarms however the same samples are batched', () => {
    const stream = fc.array(
      fc.record({
        metric: fc.constantFrom('spo2', 'heart-rate', 'respiratory-rate', 'systolic-bp', 'glucose'),
        value: fc.integer({ min: 0, max: 260 }),
        hold: fc.integer({ min: 1, max: 40 }),
        bits: fc.constantFrom(quality.good, quality.good, quality.good, quality.missing, quality.estimated),
      }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (runs, sizes) => {
        expect(judgedInBatches(runs, sizes)).toEqual(judgedInBatches(runs, [1]))
      }),
      { numRuns: 150 },
    )
  })
})

interface Run {
  readonly metric: string
  readonly value: number
  readonly hold: number
  readonly bits: number
}

/** All samples at one moment of the server, so that only the batches differ. */
function judgedInBatches(runs: readonly Run[], sizes: readonly number[]) {
  const { telemetry, clock, events } = ruleWard(rules)
  const samples = runs.flatMap(({ hold, ...run }) => Array.from({ length: hold }, () => run))
  const start = clock.now() - samples.length * 1e6
  let turn = 0
  for (let from = 0; from < samples.length; ) {
    const part = samples.slice(from, from + sizes[turn++ % sizes.length]!)
    telemetry.store({
      count: part.length,
      series: Uint32Array.from(part, ({ metric }) => telemetry.addSeries('p1', 'dev-1', metric)),
      measuredAt: Float64Array.from(part, (_, i) => start + (from + i) * 1e6),
      receivedAt: Float64Array.from(part, (_, i) => start + (from + i) * 1e6 + 50_000),
      value: Float64Array.from(part, ({ value }) => value),
      quality: Uint8Array.from(part, ({ bits }) => bits),
    })
    from += part.length
  }
  return events.map(({ rule, event, alarm }) => ({ rule, event, at: alarm.judgedAt, text: alarm.text }))
}
