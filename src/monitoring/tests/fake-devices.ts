import type { DeviceChange } from '../../devices/contract.ts'
import type { Device, DevicePresence } from '../../devices/model.ts'
import type { Clock } from '../../platform/clock.ts'
import type { WatchedDevices } from '../model.ts'

/** The registry in memory: which device is on whom, and whether it is connected. */
export class FakeDevices implements WatchedDevices {
  readonly #clock: Clock
  readonly #devices = new Map<string, Device>()
  readonly #patients = new Map<string, string>()
  readonly #presence = new Map<string, DevicePresence>()
  #listeners = new Set<(change: DeviceChange) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What a killed process leaves: the registry, none of the listeners. */
  crash(): void {
    this.#listeners = new Set()
  }

  put(id: string, name: string, patient: string): void {
    this.#devices.set(id, { id, name, profile: 'vitalwire/senml', serial: null, simulated: false })
    this.#patients.set(id, patient)
  }

  find(device: string): Device | undefined {
    return this.#devices.get(device)
  }
  patientAt(device: string): string | undefined {
    return this.#patients.get(device)
  }
  onPatient(patient: string): readonly Device[] {
    return [...this.#devices.values()].filter(({ id }) => this.#patients.get(id) === patient)
  }
  presence(device: string): DevicePresence {
    return this.#presence.get(device) ?? { connection: 'never', lastSeenAt: undefined }
  }
  release(device: string): void {
    this.#patients.delete(device)
    this.#tell(device, 'released')
  }
  connected(device: string): void {
    this.#presence.set(device, { connection: 'online', lastSeenAt: this.#clock.now() })
    this.#tell(device, 'online')
  }
  disconnected(device: string): void {
    this.#presence.set(device, { connection: 'offline', lastSeenAt: this.#clock.now() })
    this.#tell(device, 'offline')
  }
  onChange(listener: (change: DeviceChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #tell(device: string, change: DeviceChange['change']): void {
    for (const listener of this.#listeners) listener({ device, change, at: this.#clock.now() })
  }
}
