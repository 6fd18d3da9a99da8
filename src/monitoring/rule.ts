/**
 * One alarm rule is one literal in `rules/<id>.ts`, found by folder sweep: what it watches, from which value on, for
 * how long, what silence means, why, and timeline cases that the contract suite plays through the real engine.
 */
export type Priority = 'high' | 'medium' | 'low'

export interface NumberParam {
  readonly unit: string
  readonly default: number
  readonly min: number
  readonly max: number
}
export const number = (unit: string, bounds: Omit<NumberParam, 'unit'>): NumberParam => ({ unit, ...bounds })

export interface Input {
  readonly metric: string
  /** The same quantity measured in another way: judged under the same limits, each stream by itself. */
  readonly alike?: readonly string[]
  /** Judged in the metric's place while that has been silent (a pulse oximeter's pulse for the ECG's heart rate). */
  readonly orElse?: readonly string[]
  /** A reading older than this when it arrives raises nothing: it is history, not the patient now. */
  readonly maxAgeS: number
  /**
   * `continuous`: a value counts once it has held for the delay. `spot`: a value with no neighbour within 30 s is a
   * measurement in its own right (a cuff, a thermometer, a finger stick) and counts at once.
   */
  readonly cadence: 'continuous' | 'spot'
}
export const latest = (metric: string, input: Omit<Input, 'metric'>): Input => ({ metric, ...input })

/** Every metric that the input may be judged on. */
export const metricsOf = (input: Input): readonly string[] => [
  input.metric,
  ...(input.alike ?? []),
  ...(input.orElse ?? []),
]

export type Comparison = 'below' | 'above' | 'atLeast' | 'atMost'
/** When the condition holds, as data: it compiles to one comparison on the hot path. */
export type When =
  | { readonly test: Comparison; readonly param: string }
  /** A quality bit of the reading. */
  | { readonly test: 'flagged'; readonly bit: number }
  /** No usable reading for `factor` × the learned cadence, and at least `floor`. */
  | { readonly test: 'silent'; readonly factor: string; readonly floor: string }
  /** Readings come, but too old to be judged. */
  | { readonly test: 'late' }
  | { readonly test: 'disconnected' }

export const below = (param: string): When => ({ test: 'below', param })
export const above = (param: string): When => ({ test: 'above', param })
export const atLeast = (param: string): When => ({ test: 'atLeast', param })

export interface RuleCase {
  readonly name: string
  /** Which of the required kinds of case this is. */
  readonly shows: 'raise' | 'clear' | 'brief' | 'missing'
  /** Seconds between two samples; 1 where absent. */
  readonly everyS?: number
  readonly params?: Readonly<Record<string, number>>
  /** `97x5 88x20`: five samples of 97, then twenty of 88. `_` is a sample that says it could not measure, `.` none,
   * `!` a value with the lead-off bit, `~97` one that
   * was measured an hour ago; `off` and `on` cut and restore the device's connection. */
  readonly series: string
  /** Seconds from the first sample, and what happened to this rule's alarm then; `technical` is any technical alarm. */
  readonly expect: readonly (readonly [
    second: number,
    event: 'raised' | 'recurred' | 'latched' | 'cleared' | 'technical',
  ])[]
}

export interface AlarmRule {
  readonly id: string
  readonly title: string
  readonly kind: 'physiological' | 'technical'
  readonly priority: Priority
  readonly rationale: string
  readonly references: readonly string[]
  /** Absent: every metric that a physiological rule watches (`flagged`, `silent`), or the device itself. */
  readonly input?: Input
  readonly params: Readonly<Record<string, NumberParam>>
  readonly when: When
  /** The parameter that holds the delay, in seconds; absent: at once. */
  readonly sustainedFor?: string
  /** The parameter that holds how far beyond the limit the value must return. */
  readonly hysteresis?: string
  /** The parameter that holds how long it must stay there, in seconds. */
  readonly clearedAfter?: string
  readonly latching: boolean
  /** `technical-alarm`: the metric's silence is an alarm of its own. `hold`: the state stays as it is. Never silence. */
  readonly onMissing: 'technical-alarm' | 'hold'
  /** Rules whose active alarm hides this one's, as its cause or its graver form; within the same `inhibitedWithin`. */
  readonly inhibitedBy: readonly string[]
  readonly inhibitedWithin: 'metric' | 'device' | 'patient'
  readonly cases: readonly RuleCase[]
}

type Draft = Omit<AlarmRule, 'kind' | 'latching' | 'inhibitedBy' | 'inhibitedWithin'> &
  Partial<Pick<AlarmRule, 'kind' | 'latching' | 'inhibitedBy' | 'inhibitedWithin'>>

/** Fills what is the same in nearly all: physiological, latching where high, inhibited by nothing. */
export const defineAlarmRule = (rule: Draft): AlarmRule => ({
  kind: 'physiological',
  latching: rule.priority === 'high' && (rule.kind ?? 'physiological') === 'physiological',
  inhibitedBy: [],
  inhibitedWithin: 'metric',
  ...rule,
})
