import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { quality, type SampleBatch, type Telemetry } from '../../telemetry/model.ts'
import { scoreDevice } from '../engine.ts'
import { inputIndexes, isUsable, longestAgeUs } from './news2-inputs.ts'
import { notStoredYet, type PastInput, type PastScore, pastNews2, pastStepUs } from './past-news2.ts'
import { news2Metric } from './score-keeper.ts'

/** Later than this is a memory that is read out; `/live` shows nothing that is older on arrival. */
const lateUs = 300_000_000
const dayUs = 24 * 3_600_000_000
/** A memory has been read out when nothing late has come for so long. */
const quietMs = 10_000

export interface LookBackDeps {
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly log: Log
  spo2ScaleOf(patient: string): 1 | 2
  /** Told of past scores once they are durable. */
  lookedBack(patient: string, scores: readonly PastScore[]): void
}

/** The score says of itself that it is a lower bound. */
const bitsOf = ({ missing }: PastScore): number => (missing.length === 0 ? quality.good : quality.estimated)

/**
 * Works out the NEWS2 of the last day again where readings came late: a device that was away, or begins with a memory.
 * For the trend only: nothing here judges, so it can neither raise nor clear an alarm.
 */
export class LookBack {
  readonly #deps: LookBackDeps
  /** One entry for each patient of whom late readings are coming in. */
  readonly #late = new Map<string, { from: number; heardAt: number }>()
  /** One patient at a time. */
  #working: Promise<void> = Promise.resolve()
  #stopListening: (() => void) | undefined

  constructor(deps: LookBackDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#stopListening = this.#deps.telemetry.onStored({ samples: (batch) => this.#notice(batch) })
  }

  settled(): Promise<void> {
    return this.#working
  }

  async close(): Promise<void> {
    this.#stopListening?.()
    this.#stopListening = undefined
    await this.#working
  }

  #notice({ count, series, measuredAt, receivedAt, value, quality: bits }: SampleBatch): void {
    for (let i = 0; i < count; i++) {
      const age = receivedAt[i]! - measuredAt[i]!
      if (age <= lateUs || age > dayUs || !isUsable(value[i]!, bits[i]!)) continue
      const source = this.#deps.telemetry.series(series[i]!)
      if (!source || source.patient === null || !inputIndexes.has(source.metric)) continue
      this.#note(source.patient, measuredAt[i]!)
    }
  }

  #note(patient: string, measuredAt: number): void {
    const heardAt = this.#deps.clock.now()
    const known = this.#late.get(patient)
    if (known) {
      known.from = Math.min(known.from, measuredAt)
      known.heardAt = heardAt
      return
    }
    this.#late.set(patient, { from: measuredAt, heardAt })
    this.#wait(patient, quietMs)
  }

  #wait(patient: string, delayMs: number): void {
    this.#deps.clock.after(delayMs, () => {
      if (!this.#stopListening) return
      const { from, heardAt } = this.#late.get(patient)!
      const quietForMs = (this.#deps.clock.now() - heardAt) / 1_000
      if (quietForMs < quietMs) {
        this.#wait(patient, Math.ceil(quietMs - Math.max(0, quietForMs)))
        return
      }
      this.#late.delete(patient)
      this.#working = this.#working.then(() => this.#lookBack(patient, from))
    })
  }

  async #lookBack(patient: string, noted: number): Promise<void> {
    if (!this.#stopListening) return
    const { telemetry, clock, log, spo2ScaleOf, lookedBack } = this.#deps
    try {
      const now = clock.now()
      const from = Math.max(noted, now - dayUs)
      const to = now - lateUs - 1
      const scores = pastNews2(await this.#inputs(patient, from, to), { from, to }, spo2ScaleOf(patient))
      const series = await telemetry.seriesId(patient, scoreDevice, news2Metric)
      const stored = await telemetry.range(series, (from - pastStepUs) as Micros, now)
      const fresh = notStoredYet(scores, stored, bitsOf)
      if (fresh.length === 0) return
      await telemetry.append(batchOf(fresh, series, now))
      lookedBack(patient, fresh)
    } catch (error) {
      log.error(
        { err: error },
        'past scores could not be worked out; alarms and the live score are not affected',
      )
    }
  }

  async #inputs(patient: string, from: number, to: number): Promise<PastInput[]> {
    const { telemetry } = this.#deps
    const inputs: PastInput[] = []
    for (const { id, metric } of telemetry.seriesOfPatient(patient)) {
      if (!inputIndexes.has(metric)) continue
      const oldest = from - longestAgeUs(metric)
      inputs.push({ metric, ...(await telemetry.range(id, oldest as Micros, (to + 1) as Micros)) })
    }
    return inputs
  }
}

const batchOf = (scores: readonly PastScore[], series: number, receivedAt: number): SampleBatch => ({
  count: scores.length,
  series: new Uint32Array(scores.length).fill(series),
  measuredAt: Float64Array.from(scores, ({ at }) => at),
  receivedAt: new Float64Array(scores.length).fill(receivedAt),
  value: Float64Array.from(scores, ({ total }) => total),
  quality: Uint8Array.from(scores, bitsOf),
})
