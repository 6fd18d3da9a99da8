/**
 * How much may be unacknowledged at once: of one device, so that it cannot crowd out another, and of all, so that memory
 * is bounded whatever arrives. A connection that may not take more is not read from until it may.
 */
export interface InFlightLimits {
  readonly messagesPerDevice: number
  readonly bytesPerDevice: number
  /** Beyond this a device that has something under way waits; one that has nothing still gets its turn. */
  readonly bytes: number
  /** Beyond this all wait. */
  readonly mostBytes: number
}

const inFlightLimits: InFlightLimits = {
  messagesPerDevice: 256,
  bytesPerDevice: 1 << 20,
  bytes: 16 << 20,
  mostBytes: 64 << 20,
}

export class InFlight {
  readonly #limits: InFlightLimits
  readonly #waiting = new Set<DeviceInFlight>()
  #bytes = 0

  constructor(limits: InFlightLimits = inFlightLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @param roomAgain called when a device that was found full may take more */
  device(roomAgain: () => void): DeviceInFlight {
    return new DeviceInFlight(this, roomAgain)
  }

  /** @internal */
  full(device: DeviceInFlight): boolean {
    const { messagesPerDevice, bytesPerDevice, bytes, mostBytes } = this.#limits
    if (device.messages >= messagesPerDevice || device.bytes >= bytesPerDevice) return true
    const limit = device.messages === 0 ? mostBytes : bytes
    if (this.#bytes < limit) return false
    this.#waiting.add(device)
    return true
  }

  /** @internal */
  change(bytes: number): void {
    this.#bytes += bytes
    if (bytes > 0 || this.#bytes >= this.#limits.mostBytes) return
    for (const device of [...this.#waiting]) {
      this.#waiting.delete(device)
      device.roomAgain() // and where there is none after all, it says so again
    }
  }

  /** @internal */
  forget(device: DeviceInFlight): void {
    this.#waiting.delete(device)
  }
}

export class DeviceInFlight {
  readonly #all: InFlight
  readonly roomAgain: () => void
  messages = 0
  bytes = 0

  constructor(all: InFlight, roomAgain: () => void) {
    this.#all = all
    this.roomAgain = roomAgain
  }

  get full(): boolean {
    return this.#all.full(this)
  }

  add(bytes: number): void {
    this.messages++
    this.bytes += bytes
    this.#all.change(bytes)
  }

  release(messages: number, bytes: number): void {
    this.messages -= messages
    this.bytes -= bytes
    this.#all.change(-bytes)
    this.roomAgain()
  }

  /** The device is gone; what it has under way is still released one by one. */
  close(): void {
    this.#all.forget(this)
  }
}
