import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { PacketGuard, type PacketLimits } from './packet-guard.ts'

const readAheadBytes = 64 * 1024

/** A device's socket as the broker sees it: what the packet guard let through, with the socket's own pushback. */
export class GuardedConnection extends Duplex {
  readonly socket: Socket
  readonly #guard: PacketGuard
  readonly #onStopped: (announcedBytes: number) => void

  constructor(socket: Socket, limits: PacketLimits, onStopped: (announcedBytes: number) => void) {
    super({ readableHighWaterMark: readAheadBytes })
    this.socket = socket
    this.#guard = new PacketGuard(limits)
    this.#onStopped = onStopped
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  /** Signed in: the limits of an anonymous stranger give way to those of a device. */
  raiseLimits(limits: PacketLimits): void {
    this.#guard.limits = limits
  }

  #received(chunk: Buffer): void {
    let wantsMore = true
    for (const piece of this.#guard.feed(chunk)) wantsMore = this.push(piece)
    if (!wantsMore) this.socket.pause()
    const stoppedAt = this.#guard.stoppedAtBytes
    if (stoppedAt === undefined || this.destroyed) return
    this.#onStopped(stoppedAt)
    this.destroy()
  }

  override _read(): void {
    this.socket.resume()
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
