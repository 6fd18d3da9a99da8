import type { DeviceRegistry } from '../devices/model.ts'
import type { Permit } from '../kernel/permit.ts'
import type { Result } from '../kernel/problem.ts'
import type { AlarmTrailEntry, AlarmView, Board, PatientMonitoring, RuleView, ScoreView } from './contract.ts'
import type { AlarmFilter } from './store.ts'

/** Who lies where, kept current by the app from the record. */
export interface CensusEntry {
  readonly patientId: string
  readonly name: string
  /** FHIR date, may be partial. */
  readonly birthDate: string | null
  readonly sex: string | null
  readonly unit: { readonly id: string; readonly name: string; readonly kind: 'ward' | 'home' }
  readonly bed: string
}
export interface Census {
  wardCensus(): readonly CensusEntry[]
}

/** What monitoring asks of the registry. */
export type WatchedDevices = Pick<
  DeviceRegistry,
  'find' | 'patientAt' | 'onPatient' | 'onChange' | 'presence'
>

export interface Monitoring {
  /** From memory. */
  board(permit: Permit): Board
  /** Newest first. */
  alarms(filter: AlarmFilter): Promise<readonly AlarmView[]>
  alarm(id: string): Promise<AlarmView | undefined>
  /** What happened to it, oldest first. */
  trail(alarm: AlarmView): Promise<readonly AlarmTrailEntry[]>
  /** Resolves when it is durable. Acknowledging twice is the same as once. */
  acknowledge(id: string, actor: string): Promise<Result<AlarmView>>
  score(patient: string): ScoreView | undefined
  rules(): readonly RuleView[]
  monitoringOf(patient: string): PatientMonitoring
  changeMonitoring(
    next: PatientMonitoring,
    by: { readonly actor: string; readonly reason: string | null },
  ): Promise<Result<PatientMonitoring>>
  /** Resolves when every alarm decided so far is durable and told, and no look-back is under way. */
  settled(): Promise<void>
  close(): Promise<void>
}
