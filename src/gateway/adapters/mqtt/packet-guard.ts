/**
 * Watches the sizes of MQTT packets (3.1.1 §2.2) on their way to the broker, which would gather any packet whole before
 * it asks who sent it. Pure: bytes in, bytes that may pass out.
 *
 * A PUBLISH of a signed-in device that is too large is cut to its first bytes while it arrives, and passes as a message
 * on a topic of its own (`oversized-publish.ts`): the broker can then quarantine and acknowledge it like any other, and
 * the connection goes on. Everything else beyond the limit stops the connection.
 */
import { cutPublish } from './oversized-publish.ts'

export interface PacketLimits {
  /** A packet up to this passes as it is. */
  readonly packetBytes: number
  /** A larger PUBLISH up to this is cut; 0: none is. */
  readonly cutBytes: number
  /** How much of a cut packet is kept. */
  readonly headBytes: number
}

const maxLengthBytes = 4 // [MQTT-2.2.3]

export class PacketGuard {
  limits: PacketLimits
  #header: number[] = []
  #remaining = 0
  /** Of the packet being cut: what is still wanted of its head. */
  #cut: { firstByte: number; bodyBytes: number; pieces: Uint8Array[]; wanted: number } | undefined
  #skip = 0
  #stoppedAtBytes: number | undefined

  constructor(limits: PacketLimits) {
    this.limits = limits
  }

  /** What the packet announced that stopped the connection: nothing passes any more. */
  get stoppedAtBytes(): number | undefined {
    return this.#stoppedAtBytes
  }

  /** What of these bytes, and of those held back before, may pass now. */
  feed(chunk: Uint8Array): Uint8Array[] {
    const passes: Uint8Array[] = []
    let at = 0
    while (at < chunk.length && this.#stoppedAtBytes === undefined) {
      if (this.#cut) at += this.#gather(chunk.subarray(at), passes)
      else if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at)
        this.#skip -= step
        at += step
      } else if (this.#remaining > 0) {
        const step = Math.min(this.#remaining, chunk.length - at)
        passes.push(chunk.subarray(at, at + step))
        this.#remaining -= step
        at += step
      } else this.#headerByte(chunk[at++]!, passes)
    }
    return passes
  }

  #headerByte(byte: number, passes: Uint8Array[]): void {
    this.#header.push(byte)
    const lengthBytes = this.#header.length - 1
    if (lengthBytes === 0 || (byte & 0x80 && lengthBytes < maxLengthBytes)) return
    const length = this.#header.slice(1).reduce((sum, part, i) => sum + (part & 0x7f) * 128 ** i, 0)
    const firstByte = this.#header[0]!
    const unended = (byte & 0x80) !== 0
    if (length <= this.limits.packetBytes && !unended) {
      passes.push(Uint8Array.from(this.#header))
      this.#remaining = length
    } else if (firstByte >> 4 === publishType && length <= this.limits.cutBytes && !unended) {
      const wanted = Math.min(length, this.limits.headBytes)
      this.#cut = { firstByte, bodyBytes: length, pieces: [], wanted }
    } else this.#stoppedAtBytes = length
    this.#header = []
  }

  /** Takes what the head still wants; once it is whole the cut packet passes and the rest is skipped. */
  #gather(bytes: Uint8Array, passes: Uint8Array[]): number {
    const cut = this.#cut!
    const step = Math.min(cut.wanted, bytes.length)
    cut.pieces.push(Uint8Array.from(bytes.subarray(0, step)))
    cut.wanted -= step
    if (cut.wanted > 0) return step
    this.#cut = undefined
    const head = Buffer.concat(cut.pieces)
    const packet = cutPublish(cut.firstByte, head, cut.bodyBytes)
    if (packet) {
      passes.push(packet)
      this.#skip = cut.bodyBytes - head.length
    } else this.#stoppedAtBytes = cut.bodyBytes
    return step
  }
}

const publishType = 3
