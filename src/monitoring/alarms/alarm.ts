/**
 * The alarm state machine, after IEC 60601-1-8: a pure function of state and event.
 *
 *              violates                 held for delay                 clear
 *   absent ───────────────▶ pending ───────────────────▶ present ──────────────▶ clearing
 *      ▲     not violating     │                            ▲    not clear / violates  │
 *      └───────────────────────┘                            └──────────────────────────┤
 *      ▲                                                          held for clear delay │
 *      └───────────────────────────────────────────────────────────────────────────────┘
 *
 * The condition (above) and the alarm are two things. An alarm exists from the moment the condition is present until
 * the condition is gone and, where the rule latches, someone has acknowledged it:
 *   raised ∧ condition present or clearing → `active`;  raised ∧ condition absent or pending → `latched`.
 *
 * Invariants: a present condition leaves only by a sample beyond the clear limit or by `end`; a missing sample, an
 * acknowledgement, a tick or a late sample never clears it. Times are µs; delays are judged in measured time, and by
 * the timer in received time where no further sample comes.
 */
export interface AlarmTiming {
  /** How long the condition must hold before it is present (alarm condition delay). */
  readonly delayUs: number
  /** How long the value must stay beyond the clear limit before the condition is gone. */
  readonly clearDelayUs: number
  /** Added to both when only the timer judges, so that samples on their way are judged first. */
  readonly slackUs: number
  /** Two samples further apart than this are no run: what lay between is not known. */
  readonly gapUs: number
  /** A condition that went while nobody had acknowledged stays latched until someone does. */
  readonly latching: boolean
}

export interface AlarmState {
  readonly condition: 'absent' | 'pending' | 'present' | 'clearing'
  /** Where the run that is pending or clearing began, by the device's clock and by ours. */
  readonly since: number
  readonly sinceReceived: number
  /** Measured time of the newest sample judged by this machine. */
  readonly judgedAt: number
  /** The newest sample said that it could not measure: the timer must not conclude anything. */
  readonly blind: boolean
  readonly raised: boolean
  readonly acknowledged: boolean
}

export type Verdict = 'violates' | 'between' | 'clear'

export type AlarmEvent =
  | {
      readonly type: 'sample'
      readonly at: number
      readonly receivedAt: number
      readonly verdict: Verdict
      /** A spot measurement: there is no run to wait for, the value itself is the condition. */
      readonly immediate: boolean
    }
  | { readonly type: 'missing' }
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'acknowledge' }
  /** The source is gone for good (device taken off the patient): nothing can be judged any more. */
  | { readonly type: 'end' }

export type AlarmEffect = 'raised' | 'recurred' | 'latched' | 'cleared' | 'acknowledged'
export type Step = readonly [AlarmState, readonly AlarmEffect[]]

export const quietState: AlarmState = {
  condition: 'absent',
  since: 0,
  sinceReceived: 0,
  judgedAt: Number.NEGATIVE_INFINITY,
  blind: false,
  raised: false,
  acknowledged: false,
}

/** How clients see it; undefined: there is no alarm. */
export function shownState(state: AlarmState): 'active' | 'latched' | undefined {
  if (!state.raised) return undefined
  return state.condition === 'present' || state.condition === 'clearing' ? 'active' : 'latched'
}

const none: readonly AlarmEffect[] = []

export function step(state: AlarmState, event: AlarmEvent, timing: AlarmTiming): Step {
  switch (event.type) {
    case 'sample':
      return onSample(state, event, timing)
    case 'missing':
      return state.blind ? [state, none] : [{ ...state, blind: true }, none]
    case 'tick':
      return onTick(state, event.now, timing)
    case 'acknowledge':
      return onAcknowledge(state)
    case 'end':
      return state.condition === 'present' || state.condition === 'clearing'
        ? gone({ ...state, blind: false }, timing)
        : [{ ...state, condition: 'absent', blind: false }, none]
  }
}

function onSample(
  before: AlarmState,
  event: Extract<AlarmEvent, { type: 'sample' }>,
  timing: AlarmTiming,
): Step {
  if (event.at < before.judgedAt) return [before, none]
  const state = { ...before, judgedAt: event.at, blind: false }
  const begun = { since: event.at, sinceReceived: event.receivedAt }
  const broken = event.at - before.judgedAt > timing.gapUs
  const waited = event.at - before.since
  const present = before.condition === 'present' || before.condition === 'clearing'
  if (event.verdict === 'violates') {
    if (present) return [{ ...state, condition: 'present' }, none]
    if (event.immediate || timing.delayUs === 0) return arrived(state)
    if (before.condition === 'absent' || broken) return [{ ...state, ...begun, condition: 'pending' }, none]
    return waited >= timing.delayUs ? arrived(state) : [state, none]
  }
  if (!present) return [{ ...state, condition: 'absent' }, none]
  if (event.verdict === 'between') return [{ ...state, condition: 'present' }, none]
  if (event.immediate || timing.clearDelayUs === 0) return gone(state, timing)
  if (before.condition === 'present' || broken) return [{ ...state, ...begun, condition: 'clearing' }, none]
  return waited >= timing.clearDelayUs ? gone(state, timing) : [state, none]
}

function onTick(state: AlarmState, now: number, timing: AlarmTiming): Step {
  if (state.blind) return [state, none]
  const waited = now - state.sinceReceived - timing.slackUs
  if (state.condition === 'pending' && waited >= timing.delayUs) return arrived(state)
  if (state.condition === 'clearing' && waited >= timing.clearDelayUs) return gone(state, timing)
  return [state, none]
}

function onAcknowledge(state: AlarmState): Step {
  if (!state.raised || state.acknowledged) return [state, none]
  if (shownState(state) === 'active') return [{ ...state, acknowledged: true }, ['acknowledged']]
  return [{ ...state, raised: false }, ['acknowledged', 'cleared']]
}

function arrived(state: AlarmState): Step {
  const effect = state.raised ? 'recurred' : 'raised'
  return [{ ...state, condition: 'present', raised: true }, [effect]]
}

function gone(state: AlarmState, timing: AlarmTiming): Step {
  const absent = { ...state, condition: 'absent' as const }
  if (!state.raised) return [absent, none]
  if (timing.latching && !state.acknowledged) return [absent, ['latched']]
  return [{ ...absent, raised: false, acknowledged: false }, ['cleared']]
}
