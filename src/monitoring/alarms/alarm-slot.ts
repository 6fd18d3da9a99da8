import type { AlarmView } from '../contract.ts'
import type { CompiledRule } from '../judge/compile.ts'
import { type AlarmState, quietState } from './alarm.ts'

/** An alarm as it is kept: what clients see, where judging stands, and a count of its changes. */
export interface AlarmRecord extends AlarmView {
  /** Measured time of the sample that last changed it, µs. */
  readonly judgedAt: number
  readonly version: number
}

/** One rule on one source: what it watches, and its machine. The state and the alarm are replaced, never changed. */
export interface AlarmSlot {
  readonly patient: string
  readonly device: string | null
  readonly metric: string | null
  compiled: CompiledRule
  state: AlarmState
  /** Exists exactly while `state.raised`. */
  alarm: AlarmRecord | undefined
  /** The words of the alarm, made when it is raised. */
  describe(value: number): string
}

export const openSlot = (
  source: Pick<AlarmSlot, 'patient' | 'device' | 'metric' | 'compiled' | 'describe'>,
): AlarmSlot => ({ ...source, state: quietState, alarm: undefined })

/** The same condition has the same key, before and after a restart. */
export const slotKey = (slot: {
  readonly patient: string
  readonly rule: string
  readonly device: string | null
  readonly metric: string | null
}): string => `${slot.patient}\u0000${slot.rule}\u0000${slot.device ?? ''}\u0000${slot.metric ?? ''}`
