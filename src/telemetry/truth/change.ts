import type { Micros } from '../../kernel/time.ts'

/** What somebody says about readings that are stored: they are wrong, or they are another patient's. */
export interface ChangeOrder {
  readonly kind: 'entered-in-error' | 'reattribution'
  /** A name of the one who orders: the same order given again is the same change. */
  readonly key: string | null
  /** Null: of every device. */
  readonly device: string | null
  /** Null: every metric. */
  readonly metric: string | null
  /** Whose the readings are now; null: of the device alone. */
  readonly fromPatient: string | null
  readonly toPatient: string | null
  /** Measured, half-open. */
  readonly from: Micros
  readonly to: Micros
  /** As a reference: `Practitioner/…`. */
  readonly actor: string
  readonly reason: string
}

export interface TelemetryChange extends ChangeOrder {
  readonly id: number
  readonly state: 'running' | 'done'
  readonly askedAt: Micros
  readonly doneAt: Micros | null
  /** How many readings and waveform chunks were withdrawn. */
  readonly readings: number
}
