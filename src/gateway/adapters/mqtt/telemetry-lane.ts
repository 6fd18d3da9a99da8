/**
 * The short way of a signed-in device's telemetry: from the socket to ingest and back as PUBACK, past the broker
 * library. What one read of the socket brought is taken, waited for and acknowledged together.
 */
import type { Device, DeviceRegistry } from '../../../devices/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { deliverDecoded } from '../../delivery.ts'
import type { Ingest } from '../../model.ts'
import type { AckOrder, Ticket } from './ack-order.ts'
import type { DeviceInFlight } from './in-flight.ts'
import { protocol } from './topics.ts'

export interface TelemetryLaneDeps {
  readonly device: Device
  readonly devices: DeviceRegistry
  readonly ingest: Ingest
  readonly clock: Clock
  readonly order: AckOrder
  readonly inFlight: DeviceInFlight
  readonly write: (acknowledgements: Buffer) => void
  /** Nothing more may be acknowledged: a 3.1.1 client sends again only on a new connection [MQTT-4.4.0-1]. */
  readonly fail: () => void
}

const pubackBytes = 4

export class TelemetryLane {
  readonly #deps: TelemetryLaneDeps
  /** The ids to acknowledge of what was taken since the last `endRun`, and how much it was. */
  #ids: number[] = []
  #messages = 0
  #bytes = 0

  constructor(deps: TelemetryLaneDeps) {
    this.#deps = deps
  }

  take(qos: number, packetId: number, payload: Uint8Array): void {
    const { device, ingest, clock, inFlight } = this.#deps
    const receivedAt = clock.now()
    inFlight.add(payload.length)
    if (ingest.take(device, protocol, payload, receivedAt) === undefined) {
      this.#takeUnusual(qos, packetId, payload)
      return
    }
    if (qos > 0) this.#ids.push(packetId)
    this.#messages++
    this.#bytes += payload.length
  }

  /** Before anything that has a place of its own in the order, and when the socket has no more for now. */
  endRun(): void {
    if (this.#messages === 0) return
    const { devices, device, ingest, clock } = this.#deps
    const [ids, messages, bytes] = [this.#ids, this.#messages, this.#bytes]
    this.#ids = []
    this.#messages = 0
    this.#bytes = 0
    devices.heard(device.id, clock.now())
    const ticket = ids.length > 0 ? this.#deps.order.take() : undefined
    ingest.whenStored((failure) => this.#settle(failure, ticket, ids, messages, bytes))
  }

  #takeUnusual(qos: number, packetId: number, payload: Uint8Array): void {
    this.endRun()
    const { device, devices, ingest, clock, order } = this.#deps
    const receivedAt = clock.now()
    devices.heard(device.id, receivedAt)
    const ticket = qos > 0 ? order.take() : undefined
    const settle = (failure?: Error) => this.#settle(failure, ticket, [packetId], 1, payload.length)
    deliverDecoded(ingest, device, protocol, payload, receivedAt).then(() => settle(), settle)
  }

  #settle(
    failure: Error | undefined,
    ticket: Ticket | undefined,
    ids: readonly number[],
    messages: number,
    bytes: number,
  ): void {
    const { order, inFlight, write, fail } = this.#deps
    if (failure) fail()
    else if (ticket) order.settle(ticket, () => write(acknowledgementsOf(ids)))
    inFlight.release(messages, bytes)
  }
}

function acknowledgementsOf(ids: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(ids.length * pubackBytes)
  for (let i = 0; i < ids.length; i++) bytes.writeUInt32BE(0x40020000 + ids[i]!, i * pubackBytes)
  return bytes
}
