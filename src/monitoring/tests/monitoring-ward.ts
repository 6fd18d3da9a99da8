import { Registry } from 'prom-client'
import type { TestDatabase } from '../../../tests/database.ts'
import { systemPermit } from '../../kernel/permit.ts'
import { type Clock, FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { systemRandom } from '../../platform/random.ts'
import type { LiveMessage } from '../../telemetry/contract.ts'
import { quality } from '../../telemetry/model.ts'
import type { AlarmView } from '../contract.ts'
import { createMonitoring, type Monitoring } from '../index.ts'
import type { CensusEntry } from '../model.ts'
import { FakeDevices } from './fake-devices.ts'
import { FakeTelemetry } from './fake-telemetry.ts'
import { oneSample } from './rule-ward.ts'

/** One ward with the whole of monitoring on a real database, a stepped clock, and a switch to kill it. */
export class MonitoringWard {
  readonly clock = new FakeClock()
  readonly telemetry = new FakeTelemetry()
  readonly devices = new FakeDevices(this.clock)
  readonly published: LiveMessage[] = []
  census: CensusEntry[] = []
  readonly #db: TestDatabase
  #monitoring: Monitoring | undefined
  #timers: (() => void)[] = []

  constructor(db: TestDatabase) {
    this.#db = db
  }

  get monitoring(): Monitoring {
    return this.#monitoring!
  }

  admit(patientId: string, device: string, name: string): void {
    const unit = { id: 'ward-1', name: 'Ward 1', kind: 'ward' as const }
    this.census.push({
      patientId,
      name: `Patient ${patientId}`,
      birthDate: '1950-06-15',
      sex: 'female',
      unit,
      bed: '1',
    })
    this.devices.put(device, name, patientId)
  }

  async start(): Promise<void> {
    this.#monitoring = await createMonitoring({
      db: this.#db,
      telemetry: this.telemetry,
      devices: this.devices,
      clock: this.#mortalClock(),
      random: systemRandom,
      log: silentLog,
      metrics: new Registry(),
      publish: (message) => this.published.push(message),
      census: { wardCensus: () => this.census },
    })
  }

  /** As kill -9: nothing is flushed, nobody says goodbye; what was not durable is gone. */
  async killAndRestart(downS = 0): Promise<void> {
    this.telemetry.crash()
    this.devices.crash()
    for (const cancel of this.#timers.splice(0)) cancel()
    this.clock.advanceMs(downS * 1_000)
    await this.start()
  }

  /** Its timers die with the process. */
  #mortalClock(): Clock {
    const keep = (cancel: () => void): (() => void) => {
      this.#timers.push(cancel)
      return cancel
    }
    return {
      now: () => this.clock.now(),
      elapsedMs: () => this.clock.elapsedMs(),
      after: (delayMs, run) => keep(this.clock.after(delayMs, run)),
      every: (periodMs, run) => keep(this.clock.every(periodMs, run)),
    }
  }

  send(device: string, metric: string, value: number, bits: number = quality.good): void {
    const now = this.clock.now()
    const patient = this.devices.patientAt(device) ?? null
    this.telemetry.store(oneSample(this.telemetry.addSeries(patient, device, metric), now, now, value, bits))
  }

  /** `seconds` samples at 1 Hz, with the timers running and everything durable in between. */
  async stream(device: string, values: Readonly<Record<string, number>>, seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      for (const [metric, value] of Object.entries(values)) this.send(device, metric, value)
      await this.pass(1)
    }
  }

  async pass(seconds: number): Promise<void> {
    this.clock.advanceMs(seconds * 1_000)
    await this.monitoring.settled()
  }

  alarms(patient: string, states?: readonly AlarmView['state'][]): Promise<readonly AlarmView[]> {
    return this.monitoring.alarms({
      permit: systemPermit,
      patient,
      limit: 100,
      ...(states ? { states } : {}),
    })
  }
}
