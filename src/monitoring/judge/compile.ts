import type { AlarmTiming, Verdict } from '../alarms/alarm.ts'
import type { AlarmRule, Comparison } from '../rule.ts'

/** Per patient: chosen values of a rule's parameters, within their bounds. */
export type Limits = Readonly<Record<string, Readonly<Record<string, number>>>>

/** A rule with its numbers filled in, ready for the hot path. */
export interface CompiledRule {
  readonly rule: AlarmRule
  readonly timing: AlarmTiming
  readonly comparison: Comparison | undefined
  /** NaN where the rule compares nothing. */
  readonly limit: number
  readonly clearLimit: number
  readonly maxAgeUs: number
  readonly spot: boolean
  /** For `silent`. */
  readonly factor: number
  readonly floorUs: number
}

const second = 1_000_000
/** Samples on their way to us are judged before the timer concludes. */
const slackUs = 1.5 * second

export function compileRule(rule: AlarmRule, limits: Limits): CompiledRule {
  const value = (param: string | undefined): number =>
    param === undefined ? 0 : (limits[rule.id]?.[param] ?? rule.params[param]!.default)
  const { when } = rule
  const comparison = 'param' in when ? when.test : undefined
  const limit = 'param' in when ? value(when.param) : Number.NaN
  const hysteresis = value(rule.hysteresis)
  const rising = comparison === 'above' || comparison === 'atLeast'
  const maxAgeUs = (rule.input?.maxAgeS ?? 120) * second
  return {
    rule,
    comparison,
    limit,
    clearLimit: rising ? limit - hysteresis : limit + hysteresis,
    maxAgeUs,
    spot: rule.input?.cadence === 'spot',
    factor: when.test === 'silent' ? value(when.factor) : 0,
    floorUs: when.test === 'silent' ? value(when.floor) * second : 0,
    timing: {
      delayUs: value(rule.sustainedFor) * second,
      clearDelayUs: value(rule.clearedAfter) * second,
      slackUs: when.test === 'disconnected' ? 0 : slackUs,
      gapUs: maxAgeUs,
      latching: rule.latching,
    },
  }
}

export function violates(compiled: CompiledRule, value: number): boolean {
  switch (compiled.comparison) {
    case 'below':
      return value < compiled.limit
    case 'above':
      return value > compiled.limit
    case 'atLeast':
      return value >= compiled.limit
    case 'atMost':
      return value <= compiled.limit
    default:
      return false
  }
}

export function verdictOf(compiled: CompiledRule, value: number): Verdict {
  if (violates(compiled, value)) return 'violates'
  const rising = compiled.comparison === 'above' || compiled.comparison === 'atLeast'
  return (rising ? value <= compiled.clearLimit : value >= compiled.clearLimit) ? 'clear' : 'between'
}
