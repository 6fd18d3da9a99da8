import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { AckOrder } from './ack-order.ts'
import { PacketGuard, type PacketLimits } from './packet-guard.ts'
import type { TelemetryLane } from './telemetry-lane.ts'
import { TelemetryTap, tapped } from './telemetry-tap.ts'

const readAheadBytes = 64 * 1024

/** What a connection needs to take telemetry for itself. */
export interface OpenLane {
  readonly lane: TelemetryLane
  readonly topic: string
  readonly packetBytes: number
  /** No more may be taken for now; `readOn` is called when it may. */
  readonly full: () => boolean
}

/**
 * A device's socket as the broker sees it: what the packet guard let through, with the socket's own pushback. Once a
 * lane is open, telemetry goes down that instead. The socket is read only while both have room, and while the peer
 * takes its acknowledgements.
 */
export class GuardedConnection extends Duplex {
  readonly socket: Socket
  /** Where every PUBACK of this connection has its place. */
  readonly order = new AckOrder()
  /** When something was last heard, by `performance.now` or what stands for it. */
  heardMs: number
  readonly #now: () => number
  readonly #guard: PacketGuard
  readonly #tap = new TelemetryTap()
  readonly #onStopped: (announcedBytes: number) => void
  #open: OpenLane | undefined
  #brokerFull = false
  #laneFull = false

  constructor(
    socket: Socket,
    limits: PacketLimits,
    nowMs: () => number,
    onStopped: (announcedBytes: number) => void,
  ) {
    super({ readableHighWaterMark: readAheadBytes })
    this.socket = socket
    this.#now = nowMs
    this.heardMs = nowMs()
    this.#guard = new PacketGuard(limits)
    this.#onStopped = onStopped
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
    this.on('drain', () => this.readOn())
  }

  /** Signed in: the limits of an anonymous stranger give way to those of a device. */
  raiseLimits(limits: PacketLimits): void {
    this.#guard.limits = limits
  }

  openLane(open: OpenLane): void {
    this.#open = open
    this.#tap.open(open.topic, open.packetBytes)
  }

  /** From the next packet on everything passes to the broker. */
  closeLane(): void {
    this.#tap.open(undefined, 0)
  }

  /** There may be room again. */
  readOn(): void {
    if (!this.#laneFull || this.destroyed) return
    this.#laneFull = false
    this.#drainTap()
    this.#resume()
  }

  #received(chunk: Buffer): void {
    this.heardMs = this.#now()
    this.#tap.feed(chunk)
    this.#drainTap()
    if (this.#brokerFull || this.#laneFull) this.socket.pause()
  }

  #drainTap(): void {
    const open = this.#open
    while (!this.destroyed) {
      if (open && (open.full() || this.writableNeedDrain)) {
        this.#laneFull = true
        break
      }
      const found = this.#tap.next()
      if (found === tapped.nothing) break
      if (found === tapped.telemetry) open?.lane.take(this.#tap.qos, this.#tap.packetId, this.#tap.payload)
      else this.#pass()
    }
    open?.lane.endRun()
  }

  #pass(): void {
    if (this.#tap.beginsQos1) {
      this.#open?.lane.endRun()
      this.order.pass()
    }
    for (const piece of this.#guard.feed(this.#tap.bytes)) this.#brokerFull = !this.push(piece)
    const stoppedAt = this.#guard.stoppedAtBytes
    if (stoppedAt === undefined || this.destroyed) return
    this.#onStopped(stoppedAt)
    this.destroy()
  }

  #resume(): void {
    if (!this.#brokerFull && !this.#laneFull) this.socket.resume()
  }

  override _read(): void {
    this.#brokerFull = false
    this.#resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy()
    done(error)
  }
}
