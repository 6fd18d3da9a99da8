/**
 * Takes whole PUBLISH packets (3.1.1 §3.3) to a device's own telemetry topic, at QoS 0 and 1, out of the bytes of its
 * connection; everything else passes as it came, in its place between them. Pure.
 *
 * A packet is taken only whole, so one that arrives in pieces is gathered; how large it may be is the same as for the
 * packet guard, which sees all that passes.
 */
export const tapped = { nothing: 0, telemetry: 1, passed: 2 } as const
export type Tapped = (typeof tapped)[keyof typeof tapped]

const publishType = 3
const maxLengthBytes = 4 // [MQTT-2.2.3]

export class TelemetryTap {
  /** What the last `next` found: a telemetry packet's parts, or bytes that pass. */
  qos = 0
  packetId = 0
  payload: Uint8Array = new Uint8Array(0)
  bytes: Uint8Array = new Uint8Array(0)
  /** Of bytes that pass: they begin a PUBLISH at QoS 1, which somebody else will acknowledge. */
  beginsQos1 = false

  #topic: Uint8Array | undefined
  #packetBytes = 0
  #chunk: Uint8Array = new Uint8Array(0)
  #at = 0
  /** What is still to pass of a packet that is not ours. */
  #passing = 0
  /** The pieces of a packet of ours, and what it still wants. */
  #pieces: Uint8Array[] = []
  #wanted = 0

  /** From the next packet on; undefined: takes none. */
  open(topic: string | undefined, packetBytes: number): void {
    this.#topic = topic === undefined ? undefined : Buffer.from(topic)
    this.#packetBytes = packetBytes
  }

  /** More bytes; `next` must have said `nothing` before. */
  feed(chunk: Uint8Array): void {
    const rest = this.#chunk.subarray(this.#at)
    this.#chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    this.#at = 0
  }

  next(): Tapped {
    const left = this.#chunk.length - this.#at
    if (left === 0) return tapped.nothing
    if (this.#wanted > 0) return this.#gather(Math.min(left, this.#wanted))
    this.beginsQos1 = false
    if (this.#passing > 0) return this.#pass(Math.min(left, this.#passing))
    return this.#header(left)
  }

  #header(left: number): Tapped {
    const chunk = this.#chunk
    const at = this.#at
    let length = 0
    let lengthBytes = 0
    for (let byte = 0x80; byte & 0x80; ) {
      if (lengthBytes === maxLengthBytes) return this.#pass(left, Number.POSITIVE_INFINITY)
      if (lengthBytes + 1 >= left) return tapped.nothing
      byte = chunk[at + 1 + lengthBytes]!
      length += (byte & 0x7f) * 128 ** lengthBytes++
    }
    const bodyAt = at + 1 + lengthBytes
    const whole = 1 + lengthBytes + length
    const ours = this.#isOurs(chunk[at]!, bodyAt, length)
    if (ours === undefined) return tapped.nothing
    if (!ours) {
      this.beginsQos1 = chunk[at]! >> 4 === publishType && ((chunk[at]! >> 1) & 3) === 1
      return this.#pass(Math.min(left, whole), whole)
    }
    if (left >= whole) return this.#take(chunk.subarray(at, at + whole), lengthBytes, whole)
    this.#pieces = []
    this.#wanted = whole
    return this.#gather(left)
  }

  /** Undefined: too little of it is here to tell. */
  #isOurs(firstByte: number, bodyAt: number, length: number): boolean | undefined {
    const topic = this.#topic
    const qos = (firstByte >> 1) & 3
    if (!topic || firstByte >> 4 !== publishType || qos > 1 || length > this.#packetBytes) return false
    const headBytes = 2 + topic.length + (qos === 0 ? 0 : 2)
    if (length < headBytes) return false
    const chunk = this.#chunk
    if (chunk.length - bodyAt < headBytes) return undefined
    if ((chunk[bodyAt]! << 8) + chunk[bodyAt + 1]! !== topic.length) return false
    for (let i = 0; i < topic.length; i++) if (chunk[bodyAt + 2 + i] !== topic[i]) return false
    // An id of 0 is an error [MQTT-2.3.1-1], for others to say so.
    return qos === 0 || chunk[bodyAt + headBytes - 2] !== 0 || chunk[bodyAt + headBytes - 1] !== 0
  }

  #take(packet: Uint8Array, lengthBytes: number, advance: number): Tapped {
    const idAt = 1 + lengthBytes + 2 + this.#topic!.length
    this.qos = (packet[0]! >> 1) & 3
    this.packetId = this.qos === 0 ? 0 : (packet[idAt]! << 8) + packet[idAt + 1]!
    this.payload = packet.subarray(this.qos === 0 ? idAt : idAt + 2)
    this.#at += advance
    return tapped.telemetry
  }

  #gather(step: number): Tapped {
    this.#pieces.push(this.#chunk.subarray(this.#at, this.#at + step))
    this.#at += step
    this.#wanted -= step
    if (this.#wanted > 0) return tapped.nothing
    const packet = Buffer.concat(this.#pieces)
    this.#pieces = []
    let lengthBytes = 1
    while (packet[lengthBytes]! & 0x80) lengthBytes++
    return this.#take(packet, lengthBytes, 0)
  }

  #pass(step: number, whole = this.#passing): Tapped {
    this.bytes = this.#chunk.subarray(this.#at, this.#at + step)
    this.#at += step
    this.#passing = whole - step
    return tapped.passed
  }
}
