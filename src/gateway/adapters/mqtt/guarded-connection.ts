import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type Oversized, PacketGuard } from './packet-guard.ts'

/** The first bytes of an oversized packet that quarantine will show, and a little for its header. */
const headBytes = 65 * 1024
const readAheadBytes = 64 * 1024

/** A device's socket as the broker sees it: what the packet guard let through, with the socket's own pushback. */
export class GuardedConnection extends Duplex {
  readonly socket: Socket
  readonly #guard: PacketGuard
  readonly #onOversized: (packet: Oversized) => void
  #reported = false

  constructor(socket: Socket, maxPacketBytes: number, onOversized: (packet: Oversized) => void) {
    super({ readableHighWaterMark: readAheadBytes })
    this.socket = socket
    this.#guard = new PacketGuard(maxPacketBytes, headBytes)
    this.#onOversized = onOversized
    socket.on('data', (chunk: Buffer) => this.#received(chunk))
    socket.on('end', () => this.push(null))
    socket.on('close', () => this.destroy())
    socket.on('error', (error) => this.destroy(error))
  }

  /** Signed in: the limit of an anonymous stranger gives way to that of a device. */
  raiseLimit(maxPacketBytes: number): void {
    this.#guard.maxPacketBytes = maxPacketBytes
  }

  #received(chunk: Buffer): void {
    const passes = this.#guard.feed(chunk)
    if (passes > 0 && !this.push(chunk.subarray(0, passes))) this.socket.pause()
    if (this.#guard.stopped) this.#report(false)
  }

  #report(now: boolean): void {
    const packet = this.#reported ? undefined : this.#guard.oversized(now)
    if (!packet) return
    this.#reported = true
    this.#onOversized(packet)
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
    this.#report(true)
    this.socket.destroy()
    done(error)
  }
}
