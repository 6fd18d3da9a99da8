import type { Device } from '../devices/model.ts'
import type { Problem } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'

/** What one delivery came to. `accepted` are durable; the rest lies in quarantine with its bytes. */
export interface IngestOutcome {
  readonly accepted: number
  readonly quarantined: number
  readonly problems: readonly Problem[]
}

/** A decoded delivery, adapter-independent: readings by metric name, in their sender's unit. */
export interface DecodedReadings {
  readonly readings: readonly {
    readonly metric: string
    readonly unit?: string
    readonly value: number
    readonly measuredAt: Micros
    readonly quality?: number
    /** Its time was given relative to receipt, so by our clock and not the device's. */
    readonly byReceipt?: boolean
    /** Where it stood in the payload, for the reason. */
    readonly where: string
  }[]
  readonly waveforms: readonly {
    readonly metric: string
    readonly unit?: string
    readonly startAt: Micros
    readonly rateHz: number
    readonly scale: number
    readonly offset: number
    readonly samples: Int16Array
    readonly byReceipt?: boolean
    readonly where: string
  }[]
  /** What the device's clock showed when it sent this, where it says so. */
  readonly deviceTime?: Micros | undefined
  /** Records that could not be read; the others stand. */
  readonly problems: readonly Problem[]
}

/** The one way in for every adapter: resolves when all that could be understood is durable and the rest quarantined. */
export interface Ingest {
  /**
   * Takes a plain pack into the batch that goes to disk next, and answers how many readings it had; `whenStored` says
   * when they are durable. Undefined: nothing was taken; the pack has to be decoded and delivered.
   */
  take(device: Device, protocol: string, payload: Uint8Array, receivedAt: Micros): number | undefined
  /** Calls back once, when all that was taken until now is durable, or with why it may not be acknowledged. */
  whenStored(done: (failure: Error | undefined) => void): void
  deliver(
    device: Device,
    protocol: string,
    payload: Uint8Array,
    decoded: DecodedReadings,
    receivedAt: Micros,
  ): Promise<IngestOutcome>
  /** A payload that could not be decoded at all, or came from no known device. */
  quarantine(
    device: string | null,
    protocol: string,
    payload: Uint8Array,
    problem: Problem,
    receivedAt: Micros,
    /** The whole size, where `payload` is only its head. */
    size?: number,
  ): Promise<void>
  /** So much waits for the disk that an adapter which can say "later" should. */
  busy(): boolean
}
