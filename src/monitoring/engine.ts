import type { Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { SampleBatch, Series, Telemetry } from '../telemetry/model.ts'
import type { AlarmBook } from './alarms/alarm-book.ts'
import { type AlarmRecord, type AlarmSlot, openSlot, slotKey } from './alarms/alarm-slot.ts'
import { type CompiledRule, compileRule, type Limits } from './judge/compile.ts'
import { DeviceWatch } from './judge/device-watch.ts'
import { SeriesMonitor } from './judge/series-monitor.ts'
import { alarmWords } from './judge/words.ts'
import type { WatchedDevices } from './model.ts'
import { type AlarmRule, metricsOf } from './rule.ts'

export interface EngineDeps {
  readonly telemetry: Telemetry
  readonly devices: WatchedDevices
  readonly clock: Clock
  readonly book: AlarmBook
  readonly rules: ReadonlyMap<string, AlarmRule>
  readonly log: Log
  limitsOf(patient: string): Limits
  /** Told of each usable newest reading of a metric that a score takes. */
  readonly scores: {
    takes(metric: string): boolean
    reading(patient: string, metric: string, measuredAt: number, value: number): void
    batchEnds(): void
  }
}

/** Readings of this device are computed here and judged where they are computed, not when they come back. */
export const scoreDevice = 'vitalwire-news2'
const tickMs = 1_000
/** A pause of our own this long says nothing about the streams: silence is judged again after as long. */
const ownPauseUs = 5_000_000
/** After a restart: longer than a device has, so that one alarm for the device comes before those of its values. */
export const restartGraceUs = 31_000_000
/** How lately the primary metric must have spoken for its substitute to stay quiet. */
const primaryFreshUs = 60_000_000

/**
 * Judges every reading in the order of storing: one monitor per series, found by its number. The same samples give the
 * same alarms however they are batched.
 */
export class Engine {
  readonly #deps: EngineDeps
  readonly #bySeries: (SeriesMonitor | null | undefined)[] = []
  readonly #takenByScore: boolean[] = []
  readonly #monitors = new Map<string, SeriesMonitor>()
  readonly #ofPatient = new Map<string, SeriesMonitor[]>()
  readonly #watches = new Map<string, DeviceWatch>()
  /** Metrics whose silence is an alarm, and all that any rule compares. */
  readonly #watchedMetrics: ReadonlySet<string>
  readonly #ruledMetrics: ReadonlySet<string>
  readonly #stops: (() => void)[] = []
  /** Alarms from before the restart that no monitor has taken up yet. */
  readonly #remembered = new Map<string, AlarmRecord>()
  #tickedAt = 0
  #silenceFrom = 0
  readingsJudged = 0

  constructor(deps: EngineDeps) {
    this.#deps = deps
    const rules = [...deps.rules.values()]
    this.#watchedMetrics = new Set(
      rules.flatMap((rule) =>
        rule.onMissing === 'technical-alarm' && rule.input ? [rule.input.metric] : [],
      ),
    )
    this.#ruledMetrics = new Set(rules.flatMap((rule) => (rule.input ? metricsOf(rule.input) : [])))
  }

  /** @param graceUs how long streams have to come back before their silence is judged. */
  start(graceUs: number): void {
    const { telemetry, devices, clock } = this.#deps
    this.#tickedAt = clock.now()
    this.#silenceFrom = this.#tickedAt + graceUs
    this.#stops.push(
      telemetry.onStored({ samples: (batch) => this.#judgeSafely(batch) }),
      devices.onChange(({ device, change, at }) => this.#deviceChanged(device, change, at)),
      clock.every(tickMs, () => this.tick()),
    )
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  judge(batch: SampleBatch): void {
    const { series, measuredAt, receivedAt, value, quality, count } = batch
    const { scores } = this.#deps
    for (let i = 0; i < count; i++) {
      const id = series[i]!
      let monitor = this.#bySeries[id]
      if (monitor === undefined) monitor = this.#admit(id)
      if (monitor === null) continue
      const usable = monitor.reading(measuredAt[i]!, receivedAt[i]!, value[i]!, quality[i]!)
      if (usable && this.#takenByScore[id]) {
        scores.reading(monitor.parts.patient, monitor.parts.metric, monitor.newestAt, value[i]!)
      }
    }
    this.readingsJudged += count
    scores.batchEnds()
  }

  /** What is stored is stored: a fault of ours here must not reach the writer of the journal. */
  #judgeSafely(batch: SampleBatch): void {
    try {
      this.judge(batch)
    } catch (error) {
      this.#deps.log.error({ err: error, readings: batch.count }, 'readings could not be judged')
    }
  }

  tick(): void {
    const now = this.#deps.clock.now()
    if (now - this.#tickedAt > ownPauseUs) this.#silenceFrom = now + ownPauseUs
    this.#tickedAt = now
    const judgeSilence = now >= this.#silenceFrom
    for (const watch of this.#watches.values()) watch.tick(now)
    for (const monitor of this.#monitors.values()) monitor.tick(now, judgeSilence)
  }

  /** The monitor of one stream, made if new. `seriesId` is absent for what is computed here. */
  monitor(source: { patient: string; device: string; metric: string }): SeriesMonitor {
    const key = `${source.patient}\u0000${source.device}\u0000${source.metric}`
    const known = this.#monitors.get(key)
    if (known) return known
    const { clock, book } = this.#deps
    const { slots, substitute } = this.#valueSlots(source)
    const watched = this.#watchedMetrics.has(source.metric)
    const monitor = new SeriesMonitor({
      ...source,
      book,
      slots,
      leadOff: watched ? this.#technicalSlot('flagged', source) : undefined,
      silent: watched && source.device !== scoreDevice ? this.#technicalSlot('silent', source) : undefined,
      late: source.device !== scoreDevice ? this.#technicalSlot('late', source) : undefined,
      watch: source.device === scoreDevice ? undefined : this.#watch(source.device, source.patient),
      primarySpeaks:
        substitute === undefined ? undefined : (now) => this.#speaks(source.patient, substitute, now),
      now: () => clock.now(),
    })
    this.#monitors.set(key, monitor)
    const ofPatient = this.#ofPatient.get(source.patient) ?? []
    ofPatient.push(monitor)
    this.#ofPatient.set(source.patient, ofPatient)
    return monitor
  }

  monitorOfSeries(id: number): SeriesMonitor | undefined {
    return this.#admit(id) ?? undefined
  }

  monitors(): IterableIterator<SeriesMonitor> {
    return this.#monitors.values()
  }

  watches(): IterableIterator<DeviceWatch> {
    return this.#watches.values()
  }

  /** New limits for one patient: every slot is compiled anew and its newest value judged under them. */
  limitsChanged(patient: string): void {
    const limits = this.#deps.limitsOf(patient)
    const now = this.#deps.clock.now()
    for (const monitor of this.#ofPatient.get(patient) ?? []) {
      monitor.recompile(limits)
      monitor.rejudge(now)
    }
    for (const { slot } of this.#watches.values()) {
      if (slot.patient === patient) slot.compiled = compileRule(slot.compiled.rule, limits)
    }
  }

  /** Alarms the store remembers, each taken up by the monitor of its source when that opens. */
  remember(alarms: readonly AlarmRecord[]): void {
    for (const alarm of alarms) this.#remembered.set(slotKey(alarm), alarm)
    for (const alarm of alarms) {
      if (alarm.state === 'cleared') continue
      if (alarm.metric !== null && alarm.device !== null) {
        this.monitor({ patient: alarm.patient, device: alarm.device, metric: alarm.metric })
      } else if (alarm.device !== null) this.#watch(alarm.device, alarm.patient)
    }
  }

  /** Call when every source was opened: what is left has no rule any more. */
  forget(): void {
    for (const alarm of this.#remembered.values()) if (alarm.state !== 'cleared') this.#adoptOrphan(alarm)
    this.#remembered.clear()
  }

  /** Sources whose device has meanwhile been taken off the patient. */
  endWhatIsOver(): void {
    const now = this.#deps.clock.now()
    for (const monitor of this.#monitors.values()) {
      if (!this.#isOn(monitor.parts.device, monitor.parts.patient, now)) monitor.end(now)
    }
    for (const watch of this.#watches.values()) {
      if (!this.#isOn(watch.slot.device ?? '', watch.slot.patient, now)) watch.end(now)
    }
  }

  #admit(id: number): SeriesMonitor | null {
    const known = this.#bySeries[id]
    if (known !== undefined) return known
    const series = this.#deps.telemetry.series(id)
    if (!series) return null
    const monitor = this.#isJudged(series) ? this.monitor({ ...series, patient: series.patient! }) : null
    this.#bySeries[id] = monitor
    this.#takenByScore[id] = this.#deps.scores.takes(series.metric)
    return monitor
  }

  #isJudged(series: Series): boolean {
    const { metric, patient, device } = series
    const concerns = this.#ruledMetrics.has(metric) || this.#deps.scores.takes(metric)
    return patient !== null && device !== scoreDevice && concerns
  }

  #valueSlots(source: { patient: string; device: string; metric: string }) {
    const slots: AlarmSlot[] = []
    let substitute: string | undefined
    for (const rule of this.#deps.rules.values()) {
      if (!rule.input || !metricsOf(rule.input).includes(source.metric)) continue
      if (rule.input.orElse?.includes(source.metric)) substitute = rule.input.metric
      slots.push(this.#slot(rule, source))
    }
    return { slots, substitute }
  }

  #technicalSlot(
    test: AlarmRule['when']['test'],
    source: { patient: string; device: string; metric: string },
  ) {
    const rule = [...this.#deps.rules.values()].find((each) => each.when.test === test)
    return rule && this.#slot(rule, source)
  }

  #slot(rule: AlarmRule, source: { patient: string; device: string; metric: string | null }): AlarmSlot {
    const compiled = compileRule(rule, this.#deps.limitsOf(source.patient))
    const deviceName = this.#deps.devices.find(source.device)?.name ?? source.device
    const slot = openSlot({
      ...source,
      compiled,
      describe: (value) => alarmWords(slot.compiled, { metric: source.metric, deviceName }, value),
    })
    const alarm = this.#remembered.get(slotKey({ ...source, rule: rule.id }))
    if (alarm) {
      this.#remembered.delete(slotKey(alarm))
      if (alarm.state === 'cleared') slot.state = { ...slot.state, judgedAt: alarm.judgedAt }
      else this.#deps.book.restore(slot, alarm)
    }
    return slot
  }

  /** Its rule is gone: nothing can judge it, so it ends; who has not acknowledged it still finds it. */
  #adoptOrphan(alarm: AlarmRecord): void {
    const rule = this.#deps.rules.get(alarm.rule) ?? [...this.#deps.rules.values()][0]!
    const compiled: CompiledRule = compileRule({ ...rule, id: alarm.rule, inhibitedBy: [] }, {})
    const slot = openSlot({ ...alarm, compiled, describe: () => alarm.text })
    this.#deps.book.restore(slot, alarm)
    const now = this.#deps.clock.now()
    this.#deps.book.apply(slot, { type: 'end' }, { now, measuredAt: alarm.judgedAt, value: Number.NaN })
  }

  #watch(device: string, patient: string): DeviceWatch | undefined {
    const key = `${patient}\u0000${device}`
    const known = this.#watches.get(key)
    if (known) return known
    const rule = [...this.#deps.rules.values()].find((each) => each.when.test === 'disconnected')
    if (!rule) return undefined
    const { book, clock } = this.#deps
    const slot = this.#slot(rule, { patient, device, metric: null })
    const watch = new DeviceWatch({ slot, book, now: () => clock.now() })
    this.#watches.set(key, watch)
    return watch
  }

  #deviceChanged(device: string, change: string, at: Micros): void {
    if (change === 'released' || change === 'revoked' || change === 'associated') this.endWhatIsOver()
    if (change !== 'online' && change !== 'offline') return
    const patient = this.#deps.devices.patientAt(device, at)
    if (patient === undefined) return
    const watch = this.#watch(device, patient)
    if (change === 'online') watch?.alive(at)
    else watch?.lost(at)
  }

  #isOn(device: string, patient: string, now: Micros): boolean {
    if (device === scoreDevice) return true
    const known = this.#deps.devices.find(device)
    return known === undefined || this.#deps.devices.patientAt(device, now) === patient
  }

  #speaks(patient: string, metric: string, now: number): boolean {
    for (const monitor of this.#ofPatient.get(patient) ?? []) {
      if (monitor.parts.metric === metric && now - monitor.heardAt < primaryFreshUs) return true
    }
    return false
  }
}
