import { describe, expect, it } from 'vitest'
import { metrics } from '../kernel/metrics/index.ts'
import type { AlarmRule, RuleCase } from './rule.ts'
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

describe.each([...rules.values()])('the rule $id', (rule) => {
  it.each(rule.cases)('$name', (each) => {
    expect(outcome(rule, each)).toEqual(each.expect)
  })

  it('shows a raise, a clear, a brief excursion and missing data', () => {
    expect(new Set(rule.cases.map(({ shows }) => shows))).toEqual(
      new Set(['raise', 'clear', 'brief', 'missing']),
    )
  })
})

describe('the rules', () => {
  it('watch metrics of the catalogue in their own unit', () => {
    for (const { input, params, when } of rules.values()) {
      const metric = input && metrics.get(input.metric)
      if (metric && 'param' in when) expect(params[when.param]?.unit).toBe(metric.unit)
    }
  })
})
