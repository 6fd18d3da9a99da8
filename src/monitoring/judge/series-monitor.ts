import type { Micros } from '../../kernel/time.ts'
import { quality as bits } from '../../telemetry/model.ts'
import type { AlarmBook } from '../alarms/alarm-book.ts'
import type { AlarmSlot } from '../alarms/alarm-slot.ts'
import { Cadence } from './cadence.ts'
import { compileRule, type Limits, verdictOf } from './compile.ts'
import type { DeviceWatch } from './device-watch.ts'

/** A spot measurement has no neighbour within this. */
const spotGapUs = 30_000_000
const dayUs = 24 * 3600 * 1_000_000
const cannotMeasure = bits.missing | bits.artefact | bits.leadOff
/** A cadence longer than this is no stream to watch: someone measures when they see fit. */
const longestCadenceUs = 4 * 3600 * 1_000_000

export interface MonitorParts {
  readonly patient: string
  readonly device: string
  readonly metric: string
  readonly book: AlarmBook
  /** Rules that compare the value. */
  readonly slots: readonly AlarmSlot[]
  readonly leadOff: AlarmSlot | undefined
  readonly silent: AlarmSlot | undefined
  readonly late: AlarmSlot | undefined
  readonly watch: DeviceWatch | undefined
  /** Whether the metric that this one stands in for has spoken lately; undefined: it stands in for none. */
  readonly primarySpeaks: ((now: number) => boolean) | undefined
  now(): Micros
}

/**
 * One stream of readings under its rules. The hot path is `reading`: while no rule is roused and the value lies between
 * all limits it compares, stores four numbers and allocates nothing.
 */
export class SeriesMonitor {
  readonly parts: MonitorParts
  /** Measured time, by our clock at most now, of the newest reading judged; older ones change nothing. */
  newestAt = Number.NEGATIVE_INFINITY
  /** Newest usable value, and when we received it. */
  value = Number.NaN
  heardAt = Number.NEGATIVE_INFINITY
  readonly #measuredCadence = new Cadence()
  readonly #receivedCadence = new Cadence()
  #maxAgeUs = Number.POSITIVE_INFINITY
  #quietFrom = Number.NEGATIVE_INFINITY
  #quietTo = Number.POSITIVE_INFINITY
  /** Some rule of the value is pending, present or clearing. */
  #roused = false
  /** Silence or a lead that is off has been noticed; the next usable value must say that it is over. */
  #alerted = true

  constructor(parts: MonitorParts) {
    this.parts = parts
    this.#findQuiet()
  }

  recompile(limits: Limits): void {
    for (const slot of [...this.parts.slots, ...this.#alerts()]) {
      slot.compiled = compileRule(slot.compiled.rule, limits)
    }
    this.#findQuiet()
  }

  /** Between which values no rule can be roused. */
  #findQuiet(): void {
    this.#quietFrom = Number.NEGATIVE_INFINITY
    this.#quietTo = Number.POSITIVE_INFINITY
    // A stream that no rule judges still feeds the scores, which have ages of their own.
    this.#maxAgeUs = this.parts.slots.length === 0 ? Number.POSITIVE_INFINITY : 0
    for (const { compiled } of this.parts.slots) {
      this.#maxAgeUs = Math.max(this.#maxAgeUs, compiled.maxAgeUs)
      const falling = compiled.comparison === 'below' || compiled.comparison === 'atMost'
      if (falling) this.#quietFrom = Math.max(this.#quietFrom, compiled.limit)
      else if (compiled.comparison) this.#quietTo = Math.min(this.#quietTo, compiled.limit)
    }
    this.#roused = true
  }

  /** Judges the newest value again, under limits that have changed. */
  rejudge(now: number): void {
    if (Number.isNaN(this.value) || now - this.newestAt > this.#maxAgeUs) return
    for (const slot of this.parts.slots) this.#judge(slot, this.newestAt, now, this.value, false, false)
  }

  /** @returns whether the reading is the newest usable one, so that scores may take it. */
  reading(measuredAt: number, receivedAt: number, value: number, quality: number): boolean {
    // A device clock that runs ahead must not make every later reading look old.
    const at = measuredAt < receivedAt ? measuredAt : receivedAt
    const gap = at - this.newestAt
    // A memory that is read out behind what was judged already leaves nobody unwatched, however old it is.
    if (gap < 0) return false
    if (receivedAt - at > this.#maxAgeUs) return this.#tooOld(receivedAt, receivedAt - at)
    if (
      quality === bits.good &&
      value > this.#quietFrom &&
      value < this.#quietTo &&
      !this.#roused &&
      !this.#alerted &&
      this.#steady(gap, receivedAt - this.heardAt) &&
      !this.parts.watch?.missed
    ) {
      this.newestAt = at
      this.heardAt = receivedAt
      this.value = value
      return true
    }
    return this.#unquietReading(at, gap, receivedAt, value, quality)
  }

  /** Kept by telemetry, judged by nobody: said so where it goes on, unless it is a recording of another day. */
  #tooOld(receivedAt: number, ageUs: number): false {
    const { late, book } = this.parts
    if (late && ageUs < dayUs && receivedAt - this.heardAt > spotGapUs) {
      this.#alerted = true
      const moment = { now: this.parts.now(), measuredAt: receivedAt, value: Number.NaN }
      const event = {
        type: 'sample',
        at: receivedAt,
        receivedAt,
        verdict: 'violates',
        immediate: false,
      } as const
      book.apply(late, event, moment)
    }
    return false
  }

  #steady(gap: number, interval: number): boolean {
    const measured = this.#measuredCadence
    const received = this.#receivedCadence
    return (
      gap > measured.steadyFromUs &&
      gap < measured.steadyToUs &&
      interval > received.steadyFromUs &&
      interval < received.steadyToUs
    )
  }

  #unquietReading(at: number, gap: number, receivedAt: number, value: number, quality: number): boolean {
    if ((quality & bits.test) !== 0) return false
    this.newestAt = at
    if ((quality & cannotMeasure) !== 0 || Number.isNaN(value)) {
      this.#cannotMeasure(at, receivedAt, quality)
      return false
    }
    this.#heard(gap, receivedAt)
    this.value = value
    if (this.#roused || !(value > this.#quietFrom && value < this.#quietTo)) {
      this.#judgeAll(at, receivedAt, value, gap > spotGapUs, (quality & bits.estimated) !== 0)
    }
    return true
  }

  /** Once a second: delays and silence. */
  tick(now: number, judgeSilence: boolean): void {
    const { slots, leadOff, silent, book } = this.parts
    if (this.#roused) for (const slot of slots) this.#tickSlot(slot, now)
    if (this.#alerted && leadOff) this.#tickSlot(leadOff, now)
    if (!judgeSilence || !silent || silent.state.condition === 'present' || !(now > this.silentAfter()))
      return
    const moment = { now: this.parts.now(), measuredAt: now, value: Number.NaN }
    this.#alerted = true
    book.apply(
      silent,
      { type: 'sample', at: now, receivedAt: now, verdict: 'violates', immediate: true },
      moment,
    )
  }

  /** The device is not on this patient any more. */
  end(now: Micros): void {
    for (const slot of [...this.parts.slots, ...this.#alerts()]) {
      this.parts.book.apply(slot, { type: 'end' }, { now, measuredAt: this.newestAt, value: Number.NaN })
    }
    this.heardAt = Number.NEGATIVE_INFINITY
    this.value = Number.NaN
    this.#roused = true
  }

  /** Learns the cadence from the past without judging it. */
  learn(intervalUs: number): void {
    this.#measuredCadence.learn(intervalUs)
  }
  get cadenceKnown(): boolean {
    return !Number.isNaN(this.#measuredCadence.us)
  }

  /** When it would count as silent; Infinity where nothing was heard or its cadence is not known. */
  silentAfter(): number {
    const { silent } = this.parts
    const cadence = Math.max(this.#measuredCadence.us, this.#receivedCadence.us || 0)
    const watched = this.heardAt > 0 && cadence <= longestCadenceUs
    if (!silent || !watched) return Number.POSITIVE_INFINITY
    return this.heardAt + Math.max(silent.compiled.factor * cadence, silent.compiled.floorUs)
  }

  #heard(gap: number, receivedAt: number): void {
    const { watch } = this.parts
    const speaking = receivedAt <= this.silentAfter()
    if (speaking && gap < Number.POSITIVE_INFINITY) this.#measuredCadence.learn(gap)
    if (speaking && this.heardAt > 0) this.#receivedCadence.learn(receivedAt - this.heardAt)
    this.heardAt = receivedAt
    if (this.#alerted) {
      for (const slot of this.#alerts()) if (slot.state.condition !== 'absent') this.#clear(slot, receivedAt)
      // A reading that is judged again after a restart may be older than the alarm, and does not end it.
      this.#alerted = this.#alerts().some((slot) => slot.state.condition !== 'absent')
    }
    if (watch?.missed) watch.alive(receivedAt)
  }

  #clear(slot: AlarmSlot, at: number): void {
    const moment = { now: this.parts.now(), measuredAt: at, value: Number.NaN }
    const event = { type: 'sample', at, receivedAt: at, verdict: 'clear', immediate: true } as const
    this.parts.book.apply(slot, event, moment)
  }

  #judgeAll(at: number, receivedAt: number, value: number, alone: boolean, estimated: boolean): void {
    let roused = false
    for (const slot of this.parts.slots) {
      this.#judge(slot, at, receivedAt, value, alone, estimated)
      roused ||= slot.state.condition !== 'absent'
    }
    this.#roused = roused
  }

  #judge(
    slot: AlarmSlot,
    at: number,
    receivedAt: number,
    value: number,
    alone: boolean,
    estimated: boolean,
  ): void {
    const { condition } = slot.state
    let verdict = verdictOf(slot.compiled, value)
    if (verdict === 'violates' ? condition === 'present' : condition === 'absent') return
    const moment = { now: this.parts.now(), measuredAt: at, receivedAt, value }
    // An estimate (an early-warning score with parts missing is a lower bound) may raise, never clear.
    if (estimated && verdict !== 'violates') {
      this.parts.book.apply(slot, { type: 'missing' }, moment)
      return
    }
    const waiting = condition === 'absent' || condition === 'pending'
    if (verdict === 'violates' && waiting && this.parts.primarySpeaks?.(receivedAt)) verdict = 'between'
    const immediate = alone && slot.compiled.spot
    this.parts.book.apply(slot, { type: 'sample', at, receivedAt, verdict, immediate }, moment)
  }

  #cannotMeasure(at: number, receivedAt: number, quality: number): void {
    const { leadOff, book, watch } = this.parts
    const moment = { now: this.parts.now(), measuredAt: at, value: Number.NaN }
    if (watch?.missed) watch.alive(receivedAt)
    for (const slot of this.parts.slots) {
      if (slot.state.condition === 'pending' || slot.state.condition === 'clearing') {
        book.apply(slot, { type: 'missing' }, moment)
      }
    }
    if (leadOff && (quality & bits.leadOff) !== 0) {
      book.apply(leadOff, { type: 'sample', at, receivedAt, verdict: 'violates', immediate: false }, moment)
      this.#alerted = true
    }
  }

  #tickSlot(slot: AlarmSlot, now: number): void {
    if (slot.state.condition !== 'pending' && slot.state.condition !== 'clearing') return
    const moment = { now: this.parts.now(), measuredAt: this.newestAt, value: this.value }
    this.parts.book.apply(slot, { type: 'tick', now }, moment)
  }

  /** Technical ones, each of which a usable value ends. */
  #alerts(): readonly AlarmSlot[] {
    const { leadOff, silent, late } = this.parts
    return [leadOff, silent, late].filter((slot) => slot !== undefined)
  }
}
