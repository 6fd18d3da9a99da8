import { type DataOf, scopeCovers } from '../../kernel/patient-filter.ts'
import { mayKnow, type Permit } from '../../kernel/permit.ts'
import type { LiveMessage } from '../contract.ts'

/** What a reader needs of a WebSocket. */
export interface LiveSocket {
  readonly bufferedAmount: number
  send(data: Buffer, options: { readonly binary: boolean }): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
}

/** What a client asked for; what of it it gets is the permit's to say. */
export interface Subscription {
  readonly patients: 'all' | ReadonlySet<string>
  readonly readings: boolean
  readonly alarms: boolean
  readonly waveforms: ReadonlySet<string>
}

export interface LiveLimits {
  /** Beyond this many bytes unsent, readings and waveforms are left out. */
  readonly dropBytes: number
  /** Beyond this many bytes unsent, a reader that must not miss alarms is sent away. */
  readonly closeBytes: number
}

export const closeCodes = { notSignedIn: 4001, slow: 4008 } as const

export const encodeMessage = (message: LiveMessage): Buffer => Buffer.from(JSON.stringify(message))

/**
 * One connected client. Nothing here waits for it: what it cannot take is left out and counted, and once it has caught
 * up it is told how much it missed. Alarms are never left out; a reader that cannot take them is disconnected, so that
 * it knows, and can come back and ask.
 */
export class LiveReader {
  subscription: Subscription
  permit: Permit
  readonly #socket: LiveSocket
  readonly #limits: LiveLimits
  #dropped = 0
  #closed = false
  #answered = true

  constructor(socket: LiveSocket, subscription: Subscription, permit: Permit, limits: LiveLimits) {
    this.#socket = socket
    this.subscription = subscription
    this.permit = permit
    this.#limits = limits
  }

  knows(patient: string): boolean {
    const { patients } = this.subscription
    return (patients === 'all' || patients.has(patient)) && mayKnow(this.permit, patient)
  }

  sees(patient: string, data: DataOf): boolean {
    const { patients } = this.subscription
    return (patients === 'all' || patients.has(patient)) && scopeCovers(this.permit.scopeOf(patient), data)
  }

  /** For readings and waveforms: left out while the client is behind. */
  offer(data: Buffer, binary: boolean): boolean {
    if (this.#closed) return false
    const behind = this.#socket.bufferedAmount
    if (behind > this.#limits.dropBytes || (this.#dropped > 0 && behind > this.#limits.dropBytes / 4)) {
      this.#dropped++
      return false
    }
    this.catchUp()
    this.#socket.send(data, { binary })
    return true
  }

  /** For alarms, scores and answers: never left out. */
  deliver(data: Buffer): void {
    if (this.#closed) return
    if (this.#socket.bufferedAmount > this.#limits.closeBytes) {
      this.close(closeCodes.slow, 'too slow to take alarms')
      return
    }
    this.#socket.send(data, { binary: false })
  }

  /** Tells what was left out, once there is room again. */
  catchUp(): void {
    if (this.#closed || this.#dropped === 0) return
    if (this.#socket.bufferedAmount > this.#limits.dropBytes / 4) return
    const gap = encodeMessage({ type: 'gap', dropped: this.#dropped })
    this.#dropped = 0
    this.#socket.send(gap, { binary: false })
  }

  /** Asks for a sign of life; a client that gave none since the last time is gone. */
  ping(): void {
    if (this.#closed) return
    if (!this.#answered) {
      this.#closed = true
      this.#socket.terminate()
      return
    }
    this.#answered = false
    this.#socket.ping()
    this.catchUp()
  }

  alive(): void {
    this.#answered = true
  }

  close(code: number, reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#socket.close(code, reason)
  }
}
