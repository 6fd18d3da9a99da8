import type { Association, DeviceRegistry } from '../devices/index.ts'
import type { Micros } from '../kernel/time.ts'
import type { Telemetry } from '../telemetry/model.ts'
import { metricNumbers } from './codecs/senml/plain-pack.ts'

const unknown = -1

/**
 * Series numbers of one device by metric, for readings measured since its newest association began or ended: nearly all.
 * Good for as long as the device's timeline is the same list, which the registry replaces with every change.
 */
export class DeviceSeries {
  readonly #device: string
  readonly #devices: Pick<DeviceRegistry, 'history' | 'patientAt'>
  readonly #telemetry: Telemetry
  readonly #series = new Int32Array(metricNumbers.length).fill(unknown)
  #timeline: readonly Association[] | undefined
  #since = Number.NEGATIVE_INFINITY
  #patient: string | null = null

  constructor(
    device: string,
    deps: {
      readonly devices: Pick<DeviceRegistry, 'history' | 'patientAt'>
      readonly telemetry: Telemetry
    },
  ) {
    this.#device = device
    this.#devices = deps.devices
    this.#telemetry = deps.telemetry
  }

  /** Before the readings of a pack are asked for. */
  refresh(): void {
    const timeline = this.#devices.history(this.#device)
    if (timeline === this.#timeline) return
    const last = timeline.at(-1)
    this.#timeline = timeline
    this.#patient = last?.to === null ? last.patient : null
    this.#since = (last?.to === null ? last.from : last?.to) ?? Number.NEGATIVE_INFINITY
    this.#series.fill(unknown)
  }

  /** The number of the series, or -1 where telemetry has to make it first. */
  find(metric: number, measuredAt: number): number {
    if (measuredAt < this.#since) {
      const patient = this.#devices.patientAt(this.#device, measuredAt as Micros) ?? null
      return this.#known(patient, metric)
    }
    const cached = this.#series[metric]!
    // A series may have been erased with its patient: then telemetry makes a new one.
    if (cached !== unknown && this.#telemetry.series(cached) !== undefined) return cached
    const found = this.#known(this.#patient, metric)
    this.#series[metric] = found
    return found
  }

  #known(patient: string | null, metric: number): number {
    return this.#telemetry.knownSeriesId(patient, this.#device, metricNumbers[metric]!.id) ?? unknown
  }
}
