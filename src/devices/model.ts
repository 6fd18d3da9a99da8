import type { Result } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'
import type { DeviceClocks } from './clock/clocks.ts'
import type { Secret } from './secrets/rotation.ts'

export interface Device {
  readonly id: string
  readonly name: string
  readonly profile: string
  readonly serial: string | null
  readonly simulated: boolean
}

/** One device on one patient (or at one place) over time; half-open: from ≤ measured < to. */
export interface Association {
  readonly device: string
  readonly patient: string | null
  readonly place: string | null
  readonly from: Micros
  readonly to: Micros | null
}

/** Somebody changed, for a time that had passed, whose the device was. */
export interface AssociationCorrection {
  readonly id: number
  readonly device: string
  readonly patientBefore: string | null
  readonly patientAfter: string | null
  readonly from: Micros
  readonly to: Micros
  readonly actor: string
  readonly reason: string
  readonly notedAt: Micros
  /** Whether what was stored in that time has been given to the other. */
  readonly moved: boolean
}

/** What was measured in [from, to) belongs to another; the same `key` is the same move, however often it is asked. */
export interface ReadingsMove {
  readonly key: string
  readonly device: string
  readonly from: Micros
  readonly to: Micros
  readonly fromPatient: string | null
  readonly toPatient: string | null
  readonly actor: string
  readonly reason: string
}

export interface DevicePresence {
  readonly connection: 'online' | 'offline' | 'never'
  readonly lastSeenAt: Micros | undefined
}

/** What the rest of the server asks of the registry. Answers on the ingest path come from memory. */
export interface Devices {
  find(device: string): Device | undefined
  list(): readonly Device[]
  /** Whose reading it is: the patient the device was on when it measured. */
  patientAt(device: string, measuredAt: Micros): string | undefined
  /** The devices now on a patient. */
  onPatient(patient: string): readonly Device[]
  register(device: {
    id?: string
    name: string
    profile: string
    serial?: string
    simulated?: boolean
  }): Promise<Device>
  /**
   * Sets a new secret (kept only as a hash) and answers it once. The one before goes on for `overlapMs` (default: not at
   * all), or until the new one is used.
   */
  issueCredential(
    device: string,
    overlapMs?: number,
  ): Promise<{ readonly username: string; readonly password: string }>
  /**
   * Checks username and password; says nothing about which was wrong. Many failures from one `address` for one username
   * are refused unheard for a minute.
   */
  authenticate(username: string, password: string, address?: string): Promise<Device | undefined>
  /** From a time that has passed, what the device measured since then becomes the patient's. */
  associate(
    device: string,
    patient: string,
    from: Micros,
    by?: { readonly actor: string; readonly reason: string },
  ): Promise<Result<Association>>
  release(device: string, at: Micros, by?: { readonly actor: string; readonly reason: string }): Promise<void>
  presence(device: string): DevicePresence
  connected(device: string, via: string): void
  disconnected(device: string, via: string): void
  onChange(listener: (change: import('./contract.ts').DeviceChange) => void): () => void
}

/** The registry itself: what the gateway, which signs devices in and manages them, asks beyond that. */
export interface DeviceRegistry extends Devices {
  /** How their clocks stand to ours. */
  readonly clocks: DeviceClocks
  /** Answers whose secret it is: for HTTP bearer, where no username comes along. */
  authenticateSecret(secret: string, address?: string): Promise<Device | undefined>
  /** Takes its secret away and gives it none: it goes on by certificate. */
  revokeCredential(device: string): Promise<void>
  /** What is known of its secret; undefined: it has none. */
  credential(device: string): { readonly current: Secret; readonly previous: Secret | undefined } | undefined
  /** The association open now. */
  associationOf(device: string): Association | undefined
  /** Every association of the device, by time. */
  history(device: string): readonly Association[]
  /** What was changed about the past, the oldest first. */
  corrections(device: string): Promise<readonly AssociationCorrection[]>
  /**
   * Says whose the device was in [from, to) (to null: from then on), whatever was said before; null: nobody's. What it
   * measured in that time moves with it.
   */
  correct(
    device: string,
    said: { readonly patient: string | null; readonly from: Micros; readonly to: Micros | null },
    by: { readonly actor: string; readonly reason: string },
  ): Promise<void>
  /** Hands over the moves of readings that a stop or a failure left behind. */
  resumeMoves(): Promise<void>
  /** Ends its credential and its association for good; its readings stay. */
  revoke(device: string): Promise<void>
  isRevoked(device: string): boolean
  /** Told with every delivery: on its connection, or (`alone`) without a lasting one. */
  heard(device: string, at: Micros, alone?: boolean): void
  /** Writes down what is only in memory (last seen) and stops the timers. */
  close(): Promise<void>
}
