/**
 * Plain packs of all devices and adapters, gathered into one batch of columns: no object for a reading, and one promise
 * for all that go to disk together. Idle, a batch goes at once. While one is under way the next gathers behind it, and
 * under load it waits until a few milliseconds have passed since the one before: a commit costs the same for a
 * thousand readings as for ten.
 */
import { type Device, type DeviceRegistry, profileOf } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import type { Telemetry } from '../telemetry/model.ts'
import { readPlain } from './codecs/senml/plain.ts'
import { PlainPack } from './codecs/senml/plain-pack.ts'
import { DeviceSeries } from './device-series.ts'
import { checkPlain, plainMetrics } from './plain-checks.ts'
import { ReadingBatch } from './reading-batch.ts'

/** What a batch was made of, by protocol. */
export type TakenCounts = Map<string, { deliveries: number; readings: number }>

export interface PlainIntakeDeps {
  readonly devices: Pick<DeviceRegistry, 'clocks' | 'history' | 'patientAt'>
  readonly telemetry: Telemetry
  /** Told of each batch before those who wait for it; answers what they are told of a failure. */
  readonly settled: (taken: TakenCounts, failure: Error | undefined) => Error | undefined
}

type Waiter = (failure: Error | undefined) => void

/** So many readings go at once, whatever is under way. */
const mostReadings = 100_000
const bytesPerReading = 29

export class PlainIntake {
  readonly #deps: PlainIntakeDeps
  readonly #pack = new PlainPack()
  readonly #batch = new ReadingBatch()
  readonly #known = new WeakMap<Device, { readonly series: DeviceSeries; readonly measured: Uint8Array }>()
  #taken: TakenCounts = new Map()
  #packs = 0
  #waiters: Waiter[] = []
  #underWay = 0
  #scheduled = false

  constructor(deps: PlainIntakeDeps) {
    this.#deps = deps
  }

  get gatheredBytes(): number {
    return this.#batch.count * bytesPerReading
  }

  /** How many readings it took; undefined: the pack has to go the long way. */
  take(device: Device, protocol: string, payload: Uint8Array, receivedAt: Micros): number | undefined {
    const pack = this.#pack
    const { series, measured } = this.#of(device)
    if (!readPlain(payload, receivedAt, pack) || !checkPlain(pack, measured, receivedAt)) return undefined
    if (!this.#deps.devices.clocks.stands(device.id, receivedAt, newestOf(pack))) return undefined
    const batch = this.#batch
    batch.reserve(pack.count)
    series.refresh()
    for (let i = 0, to = batch.count; i < pack.count; i++, to++) {
      const id = series.find(pack.metric[i]!, pack.measuredAt[i]!)
      if (id < 0) return undefined
      batch.series[to] = id
      batch.measuredAt[to] = pack.measuredAt[i]!
      batch.receivedAt[to] = receivedAt
      batch.value[to] = pack.value[i]!
      batch.quality[to] = pack.quality[i]!
    }
    batch.count += pack.count
    this.#count(protocol, pack.count)
    if (batch.count >= mostReadings) this.submit()
    else if (this.#underWay === 0) this.#schedule()
    return pack.count
  }

  /** Calls back once all that was taken until now is durable, or has failed. */
  whenStored(done: Waiter): void {
    this.#waiters.push(done)
    if (this.#underWay === 0) this.#schedule()
  }

  /** Hands over what was gathered, so that what is appended after it is stored after it. */
  submit(): void {
    if (this.#waiters.length === 0 && this.#packs === 0) return
    const waiters = this.#waiters
    const taken = this.#taken
    this.#waiters = []
    this.#taken = new Map()
    this.#packs = 0
    this.#underWay++
    const settle = (cause?: Error) => {
      const failure = this.#deps.settled(taken, cause)
      for (const waiter of waiters) waiter(failure)
      // Only now: what the waiters bring in gathers, and does not go before its time.
      this.#underWay--
      if (this.#underWay === 0) this.#schedule()
    }
    const appended = this.#deps.telemetry.append(this.#batch)
    this.#batch.count = 0
    appended.then(() => settle(), settle)
  }

  /** At the end of this turn of the event loop: what else came in with it goes along. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.submit()
    })
  }

  #of(device: Device) {
    const known = this.#known.get(device)
    if (known) return known
    const series = new DeviceSeries(device.id, this.#deps)
    const fresh = { series, measured: plainMetrics(profileOf(device.profile)) }
    this.#known.set(device, fresh)
    return fresh
  }

  #count(protocol: string, readings: number): void {
    this.#packs++
    const counts = this.#taken.get(protocol)
    if (!counts) this.#taken.set(protocol, { deliveries: 1, readings })
    else {
      counts.deliveries++
      counts.readings += readings
    }
  }
}

function newestOf({ count, measuredAt }: PlainPack): number {
  let newest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) if (measuredAt[i]! > newest) newest = measuredAt[i]!
  return newest
}
