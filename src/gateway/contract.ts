/** `GET /quarantine?device=…` → QuarantineEntry[], newest first: what was not understood, with its bytes. */
export interface QuarantineEntry {
  readonly id: string
  readonly device: string | null
  readonly receivedAt: string
  readonly protocol: string
  /** Stable code, e.g. `unit-not-convertible`. */
  readonly code: string
  /** In words: what was wrong, where, what to do. */
  readonly reason: string
  /** base64; cut to the first 64 KiB, `size` says how long it was. */
  readonly bytes: string
  readonly size: number
}
