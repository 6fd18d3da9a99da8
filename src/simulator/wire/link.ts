import { connect, type MqttClient } from 'mqtt'
import type { Chance } from '../chance.ts'
import type { Outside } from '../outside.ts'
import { Backlog, type Pack } from './backlog.ts'

export interface LinkSetup {
  readonly mqttUrl: string
  readonly deviceId: string
  readonly username: string
  readonly password: string
  readonly outside: Outside
  readonly chance: Chance
  readonly backlogBytes?: number
  /** After a break the newest goes first. */
  readonly newestFirst?: boolean
  /** Told once for each attempt. */
  readonly onAttempt?: (outcome: 'online' | 'refused' | 'lost', code?: string) => void
}

const maxInFlight = 32
/** About four minutes of a monitor with its waveforms, about an hour of its numbers alone; small enough for forty devices. */
const defaultBacklogBytes = 262_144
const firstBackoffMs = 1_000
const longestBackoffMs = 30_000

/**
 * One device's MQTT 3.1.1 connection at QoS 1. Every attempt is a fresh client; what was not acknowledged when a line
 * broke goes back into the backlog, so it arrives at least once. The will says `offline` when the line breaks.
 */
export class Link {
  readonly #setup: LinkSetup
  readonly #backlog: Backlog
  readonly #inFlight = new Set<Pack>()
  #client: MqttClient | undefined
  #online = false
  #reachable = true
  #stopped = false
  #backoffMs = firstBackoffMs
  #cancelRetry: (() => void) | undefined
  #acknowledged = 0

  constructor(setup: LinkSetup) {
    this.#setup = setup
    this.#backlog = new Backlog(setup.backlogBytes ?? defaultBacklogBytes)
  }

  get online(): boolean {
    return this.#online
  }
  get acknowledged(): number {
    return this.#acknowledged
  }
  get waiting(): number {
    return this.#backlog.length + this.#inFlight.size
  }

  start(): void {
    if (!this.#client && !this.#stopped && this.#reachable) this.#connect()
  }

  send(pack: Pack): void {
    if (this.#online && this.#inFlight.size < maxInFlight && this.#backlog.length === 0) {
      this.#publish(pack)
    } else this.#backlog.add(pack)
  }

  /** false tears the line without farewell; true lets it come back. */
  setReachable(reachable: boolean): void {
    if (reachable === this.#reachable) return
    this.#reachable = reachable
    if (reachable) this.start()
    else this.#drop()
  }

  /** Says `offline`, waits for what is in flight, and takes leave. */
  stop(): Promise<void> {
    this.#stopped = true
    this.#cancelRetry?.()
    const client = this.#client
    if (!client || !this.#online) {
      this.#drop()
      return Promise.resolve()
    }
    return new Promise((resolve) => {
      const cancel = this.#setup.outside.after(2_000, () => {
        client.end(true)
        resolve()
      })
      client.publish(this.#topic('status'), 'offline', { qos: 1, retain: true }, () =>
        client.end(false, {}, () => {
          cancel()
          resolve()
        }),
      )
    })
  }

  #topic(leaf: 'telemetry' | 'status'): string {
    return `vitalwire/${this.#setup.deviceId}/${leaf}`
  }

  #connect(): void {
    const { mqttUrl, deviceId, username, password } = this.#setup
    const client = connect(mqttUrl, {
      protocolVersion: 4,
      clientId: deviceId,
      username,
      password,
      clean: true,
      keepalive: 30,
      reconnectPeriod: 0,
      connectTimeout: 10_000,
      will: { topic: this.#topic('status'), payload: Buffer.from('offline'), qos: 1, retain: true },
    })
    this.#client = client
    let refusal: string | undefined
    client.on('connect', () => this.#connected(client))
    client.on('error', (error) => {
      refusal = 'code' in error && error.code !== undefined ? String(error.code) : error.name
    })
    client.on('close', () => {
      if (this.#client !== client) return
      const wasOnline = this.#online
      this.#drop()
      if (this.#stopped) return
      this.#setup.onAttempt?.(wasOnline ? 'lost' : 'refused', refusal)
      this.#retry()
    })
  }

  #connected(client: MqttClient): void {
    if (this.#client !== client) return
    this.#online = true
    this.#backoffMs = firstBackoffMs
    client.publish(this.#topic('status'), 'online', { qos: 1, retain: true })
    this.#setup.onAttempt?.('online')
    this.#drain()
  }

  /** Lets go of the client, whatever its state; what it had not delivered waits for the next. */
  #drop(): void {
    const client = this.#client
    this.#client = undefined
    this.#online = false
    this.#cancelRetry?.()
    for (const pack of this.#inFlight) this.#backlog.add(pack)
    this.#inFlight.clear()
    client?.end(true)
  }

  #retry(): void {
    if (this.#stopped || !this.#reachable) return
    const delayMs = this.#backoffMs * this.#setup.chance.between(0.7, 1.3)
    this.#backoffMs = Math.min(longestBackoffMs, this.#backoffMs * 2)
    this.#cancelRetry = this.#setup.outside.after(delayMs, () => this.start())
  }

  #publish(pack: Pack): void {
    const client = this.#client
    if (!client) {
      this.#backlog.add(pack)
      return
    }
    this.#inFlight.add(pack)
    client.publish(this.#topic('telemetry'), pack.bytes as Buffer, { qos: 1 }, (error) => {
      // A client that was let go gave its packs back already.
      if (client !== this.#client || error) return
      this.#inFlight.delete(pack)
      this.#acknowledged++
      pack.acknowledged?.()
      this.#drain()
    })
  }

  #drain(): void {
    while (this.#online && this.#inFlight.size < maxInFlight) {
      const next = this.#backlog.take(this.#setup.newestFirst ?? false)
      if (!next) return
      this.#publish(next)
    }
  }
}
