/**
 * Watches the sizes of MQTT packets (3.1.1 §2.2) on their way to the broker, which would gather any packet whole before
 * it asks who sent it. Pure: bytes in, verdict out. A packet that announces more than the limit is stopped at its
 * header; its first bytes are kept, so that a person can see what it was.
 */
export interface Oversized {
  /** The first byte of its header: type and flags. */
  readonly firstByte: number
  /** What the header announces to follow. */
  readonly bodyBytes: number
  /** The first bytes of that. */
  readonly head: Uint8Array
}

const maxLengthBytes = 4 // [MQTT-2.2.3]

export class PacketGuard {
  maxPacketBytes: number
  readonly #headBytes: number
  #first: number | undefined
  #length = 0
  #lengthBytes = 0
  #remaining = 0
  #oversized: { firstByte: number; bodyBytes: number; wanted: number; pieces: Uint8Array[] } | undefined

  constructor(maxPacketBytes: number, headBytes: number) {
    this.maxPacketBytes = maxPacketBytes
    this.#headBytes = headBytes
  }

  /** True from the header of an oversized packet on: nothing more may pass. */
  get stopped(): boolean {
    return this.#oversized !== undefined
  }

  /** How many of these bytes may pass. */
  feed(chunk: Uint8Array): number {
    if (this.#oversized) {
      this.#keep(chunk)
      return 0
    }
    let at = 0
    let packetStart = 0
    while (at < chunk.length) {
      if (this.#remaining > 0) {
        const step = Math.min(this.#remaining, chunk.length - at)
        this.#remaining -= step
        at += step
        continue
      }
      if (this.#first === undefined) {
        packetStart = at
        this.#first = chunk[at++]!
        continue
      }
      const byte = chunk[at++]!
      this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes++
      if (byte & 0x80 && this.#lengthBytes < maxLengthBytes) continue
      if (this.#length > this.maxPacketBytes) {
        const wanted = Math.min(this.#length, this.#headBytes)
        this.#oversized = { firstByte: this.#first, bodyBytes: this.#length, wanted, pieces: [] }
        this.#keep(chunk.subarray(at))
        return packetStart
      }
      this.#remaining = this.#length
      this.#first = undefined
      this.#length = 0
      this.#lengthBytes = 0
    }
    return chunk.length
  }

  /** The oversized packet once enough of it is there, or, with `now`, as much as came. */
  oversized(now = false): Oversized | undefined {
    const found = this.#oversized
    if (!found) return undefined
    const have = found.pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (!now && have < found.wanted) return undefined
    return { firstByte: found.firstByte, bodyBytes: found.bodyBytes, head: Buffer.concat(found.pieces) }
  }

  #keep(chunk: Uint8Array): void {
    const found = this.#oversized!
    const have = found.pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (have < found.wanted) found.pieces.push(Uint8Array.from(chunk.subarray(0, found.wanted - have)))
  }
}
