import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'

/** 256 bits: a secret cannot be guessed, so a fast hash keeps it, and one lookup finds its owner. */
export const secretBytes = 32

export const sha256Of = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export const sha256 = (secret: string): Buffer => sha256Of(secret)

/** Constant-time for any two hashes; false where there is none to compare with. */
export const sameHash = (given: Buffer, kept: Buffer | undefined): boolean =>
  timingSafeEqual(given, kept ?? Buffer.alloc(given.length)) && kept !== undefined

const windowMs = 60_000
const maxKeys = 10_000

/**
 * Counts failed sign-ins for each key in a window of a minute. Beyond the limit the key is refused unheard until the
 * window ends. The key holds the address, so that a stranger cannot lock out a device that signs in from elsewhere.
 */
export class FailureThrottle {
  readonly #clock: Clock
  readonly #limit: number
  readonly #failures = new Map<string, { count: number; untilMs: number }>()

  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  blocked(key: string): boolean {
    const entry = this.#failures.get(key)
    return entry !== undefined && entry.count >= this.#limit && entry.untilMs > this.#clock.elapsedMs()
  }

  failed(key: string): void {
    const nowMs = this.#clock.elapsedMs()
    const entry = this.#failures.get(key)
    if (entry && entry.untilMs > nowMs) {
      entry.count++
      return
    }
    if (this.#failures.size >= maxKeys) this.#forgetOldest()
    this.#failures.delete(key) // to the end: a Map keeps the order of insertion
    this.#failures.set(key, { count: 1, untilMs: nowMs + windowMs })
  }

  succeeded(key: string): void {
    this.#failures.delete(key)
  }

  #forgetOldest(): void {
    const oldest = this.#failures.keys().next()
    if (!oldest.done) this.#failures.delete(oldest.value)
  }
}
