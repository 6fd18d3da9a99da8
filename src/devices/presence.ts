import { type Micros, microsPerMs } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

const flushPeriodMs = 10_000
/** A device without a lasting connection (HTTP) counts as online this long after it was last heard. */
const heardMs = 120_000

interface Presence {
  readonly via: Map<string, number>
  lastSeenAt: Micros | undefined
  /** Kept up by words without a connection. */
  onlineUntil: number
}

/**
 * Who is connected and when each was last heard: in memory, since it changes with every reading; written down every ten
 * seconds and at close, for the device list after a restart.
 */
export class PresenceBook {
  readonly #clock: Clock
  readonly #log: Log
  readonly #save: (seen: ReadonlyMap<string, Micros>) => Promise<void>
  readonly #devices = new Map<string, Presence>()
  #dirty = new Map<string, Micros>()
  readonly #stopTimer: () => void

  constructor(deps: { clock: Clock; log: Log; save: (seen: ReadonlyMap<string, Micros>) => Promise<void> }) {
    this.#clock = deps.clock
    this.#log = deps.log
    this.#save = deps.save
    this.#stopTimer = deps.clock.every(flushPeriodMs, () => void this.flush())
  }

  restore(device: string, lastSeenAt: Micros | null): void {
    this.#of(device).lastSeenAt = lastSeenAt ?? undefined
  }

  /** Heard on its connection, or (`alone`) by a word without one. */
  heard(device: string, at: Micros, alone = false): void {
    const presence = this.#of(device)
    presence.lastSeenAt = at
    if (alone) presence.onlineUntil = at + heardMs * microsPerMs
    this.#dirty.set(device, at)
  }

  /** True where it was not connected before. Connections are counted: a take-over overlaps for a moment. */
  connected(device: string, via: string): boolean {
    const presence = this.#of(device)
    const before = presence.via.size
    presence.via.set(via, (presence.via.get(via) ?? 0) + 1)
    this.heard(device, this.#clock.now())
    return before === 0
  }

  /** True where this was its last connection. */
  disconnected(device: string, via: string): boolean {
    const presence = this.#of(device)
    const count = presence.via.get(via)
    if (count === undefined) return false
    if (count > 1) presence.via.set(via, count - 1)
    else presence.via.delete(via)
    this.heard(device, this.#clock.now())
    return presence.via.size === 0
  }

  state(device: string): { connection: 'online' | 'offline' | 'never'; lastSeenAt: Micros | undefined } {
    const presence = this.#devices.get(device)
    if (!presence) return { connection: 'never', lastSeenAt: undefined }
    const { via, lastSeenAt } = presence
    if (via.size > 0 || presence.onlineUntil > this.#clock.now()) return { connection: 'online', lastSeenAt }
    return { connection: lastSeenAt === undefined ? 'never' : 'offline', lastSeenAt }
  }

  async flush(): Promise<void> {
    if (this.#dirty.size === 0) return
    const seen = this.#dirty
    this.#dirty = new Map()
    try {
      await this.#save(seen)
    } catch (error) {
      this.#log.warn(
        { devices: seen.size, error: (error as Error).message },
        'last-seen times were not saved',
      )
      for (const [device, at] of seen) if (!this.#dirty.has(device)) this.#dirty.set(device, at)
    }
  }

  async close(): Promise<void> {
    this.#stopTimer()
    await this.flush()
  }

  #of(device: string): Presence {
    const known = this.#devices.get(device)
    if (known) return known
    const fresh: Presence = { via: new Map(), lastSeenAt: undefined, onlineUntil: 0 }
    this.#devices.set(device, fresh)
    return fresh
  }
}
