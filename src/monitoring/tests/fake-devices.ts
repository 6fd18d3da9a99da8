import type { DeviceChange } from '../../devices/contract.ts'
import type { Association, Device, Devices } from '../../devices/model.ts'
import { ok, type Result } from '../../kernel/problem.ts'
import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'

/** The registry in memory: which device is on whom, and whether it is connected. */
export class FakeDevices implements Devices {
  readonly #clock: Clock
  readonly #devices = new Map<string, Device>()
  readonly #patients = new Map<string, string>()
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
  list(): readonly Device[] {
    return [...this.#devices.values()]
  }
  patientAt(device: string): string | undefined {
    return this.#patients.get(device)
  }
  onPatient(patient: string): readonly Device[] {
    return this.list().filter(({ id }) => this.#patients.get(id) === patient)
  }
  async register(device: { id?: string; name: string; profile: string }): Promise<Device> {
    this.put(device.id ?? device.name, device.name, '')
    return this.#devices.get(device.id ?? device.name)!
  }
  async issueCredential(username: string) {
    return { username, password: '' }
  }
  async authenticate(username: string): Promise<Device | undefined> {
    return this.#devices.get(username)
  }
  async associate(device: string, patient: string, from: Micros): Promise<Result<Association>> {
    this.#patients.set(device, patient)
    this.#tell(device, 'associated')
    return ok({ device, patient, place: null, from, to: null })
  }
  async release(device: string): Promise<void> {
    this.#patients.delete(device)
    this.#tell(device, 'released')
  }
  connected(device: string): void {
    this.#tell(device, 'online')
  }
  disconnected(device: string): void {
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
