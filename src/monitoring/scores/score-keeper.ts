import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { quality, type Telemetry } from '../../telemetry/model.ts'
import type { ScoreView } from '../contract.ts'
import { type Engine, scoreDevice } from '../engine.ts'
import { type News2Part, type News2Result, news2Parts, scoreNews2 } from './news2.ts'
import {
  emptyInputs,
  type InputTable,
  inputIndexes,
  isUsable,
  news2Inputs,
  pickInputs,
  sameBand,
  valuesOf,
} from './news2-inputs.ts'
import type { PastScore } from './past-news2.ts'
import { ScoreHistory } from './score-history.ts'

export const news2Metric = 'news2'
/** Judged only, never stored: what the rule about a single part scoring 3 watches. */
export const highestPartMetric = 'news2-highest-part'

interface Kept {
  readonly inputs: InputTable
  readonly history: ScoreHistory
  view: ScoreView | undefined
  /** Parts that carried points when the score was last comparable with the one before. */
  counted: readonly News2Part[]
  /** Two scores of one moment would be one reading twice. */
  storedAt: number
}

export interface ScoreKeeperDeps {
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly log: Log
  spo2ScaleOf(patient: string): 1 | 2
  changed(score: ScoreView): void
}

const partNames = {
  'respiratory-rate': 'Respiratory rate',
  'oxygen-saturation': 'Oxygen saturation',
  'supplemental-oxygen': 'Air or oxygen',
  'systolic-bp': 'Systolic blood pressure',
  pulse: 'Pulse',
  consciousness: 'Consciousness',
  temperature: 'Temperature',
} as const

const hourUs = 3_600_000_000
/** A neighbour this near was fresh when the score was last worked out. */
const neighbourUs = 30_000_000

const partsWithPoints = (points: News2Result['points']): readonly News2Part[] =>
  news2Parts.filter((part) => (points[part] ?? 0) > 0)

/** NEWS2 of every patient, worked out anew at the end of each batch that touched an input, and as parts grow old. */
export class ScoreKeeper {
  readonly #deps: ScoreKeeperDeps
  readonly #kept = new Map<string, Kept>()
  readonly #touched = new Set<string>()
  #engine: Engine | undefined

  constructor(deps: ScoreKeeperDeps) {
    this.#deps = deps
  }

  /** The engine judges the scores; it is made after the keeper that it tells of readings. */
  judgeWith(engine: Engine): void {
    this.#engine = engine
  }

  takes(metric: string): boolean {
    return inputIndexes.has(metric)
  }

  reading(patient: string, metric: string, measuredAt: number, value: number): void {
    const { inputs } = this.#of(patient)
    for (const { index } of inputIndexes.get(metric)!) {
      const gap = measuredAt - inputs.measuredAt[index]!
      if (gap < 0) continue
      const same = gap < neighbourUs && sameBand(index, inputs.value[index]!, value)
      inputs.measuredAt[index] = measuredAt
      inputs.value[index] = value
      if (!same) this.#touched.add(patient)
    }
  }

  batchEnds(): void {
    if (this.#touched.size === 0) return
    for (const patient of this.#touched) this.recompute(patient)
    this.#touched.clear()
  }

  /** Parts grow old without a reading. */
  recomputeAll(): void {
    for (const patient of this.#kept.keys()) this.recompute(patient)
  }

  /** The score with its ages as of now. */
  view(patient: string): ScoreView | undefined {
    const kept = this.#kept.get(patient)
    return kept?.view && this.#build(patient, kept, this.#deps.clock.now()).view
  }

  /** From the newest values and the last day's scores that telemetry holds. */
  async restore(patients: readonly string[]): Promise<void> {
    const { telemetry, clock } = this.#deps
    const now = clock.now()
    for (const patient of patients) {
      for (const { series, measuredAt, value, quality: bits } of telemetry.latest(patient)) {
        if (this.takes(series.metric) && isUsable(value, bits)) {
          this.reading(patient, series.metric, measuredAt, value)
        }
      }
      this.#countWhatWasKnown(patient)
      const id = telemetry.knownSeriesId(patient, scoreDevice, news2Metric)
      if (id !== undefined) {
        const past = await telemetry.range(id, (now - 24 * hourUs) as Micros, (now + 1) as Micros)
        this.#of(patient).history.load(past.measuredAt, past.value)
      }
    }
    this.batchEnds()
  }

  /** Scores of the past change what the present one is compared with, and nothing else. */
  lookedBack(patient: string, scores: readonly PastScore[]): void {
    this.#of(patient).history.insert(scores)
    const view = this.view(patient)
    if (view) this.#deps.changed(view)
  }

  /** Parts that went stale before the restart still keep a lower bound from clearing what they helped to raise. */
  #countWhatWasKnown(patient: string): void {
    const kept = this.#of(patient)
    const picked = pickInputs(kept.inputs, Number.NEGATIVE_INFINITY)
    kept.counted = partsWithPoints(scoreNews2(valuesOf(picked), this.#deps.spo2ScaleOf(patient)).points)
  }

  recompute(patient: string): void {
    const kept = this.#of(patient)
    const before = kept.view
    const { view, points, highestPart } = this.#build(patient, kept, this.#deps.clock.now())
    if (view.parts.every(({ points }) => points === null) && !before) return
    kept.view = view
    // A part that carried points and is missing now leaves a lower bound, which may raise an alarm and never clear one.
    const comparable = kept.counted.every((part) => points[part] !== null)
    if (comparable) kept.counted = partsWithPoints(points)
    this.#judge(view, highestPart, comparable ? quality.good : quality.estimated)
    if (before && before.total === view.total && before.missing.join() === view.missing.join()) return
    kept.storedAt = Math.max(this.#deps.clock.now(), kept.storedAt + 1)
    kept.history.add(kept.storedAt, view.total)
    this.#deps.changed(view)
    void this.#store(view, kept.storedAt)
  }

  #judge(view: ScoreView, highestPart: number, bits: number): void {
    const now = this.#deps.clock.now()
    const of = (metric: string) =>
      this.#engine?.monitor({ patient: view.patient, device: scoreDevice, metric })
    of(news2Metric)?.reading(now, now, view.total, bits)
    of(highestPartMetric)?.reading(now, now, highestPart, bits)
  }

  #build(patient: string, kept: Kept, now: Micros) {
    const picked = pickInputs(kept.inputs, now)
    const values = valuesOf(picked)
    const scale = this.#deps.spo2ScaleOf(patient)
    const result = scoreNews2(values, scale)
    const hourAgo = kept.history.at(now - hourUs)
    const view: ScoreView = {
      score: 'news2',
      patient,
      total: result.total,
      complete: result.complete,
      missing: result.missing.map((part) => partNames[part]),
      parts: news2Parts.map((part) => ({
        name: partNames[part],
        metric: picked[part]?.metric ?? news2Inputs.find((input) => input.part === part)!.metric,
        value: picked[part]?.value ?? null,
        points: result.points[part],
        ageSeconds: picked[part] ? Math.max(0, Math.round((now - picked[part].measuredAt) / 1e6)) : null,
      })),
      risk: result.risk,
      scale,
      at: isoFromMicros(now),
      changeInHour: hourAgo === undefined ? null : result.total - hourAgo,
    }
    return { view, points: result.points, highestPart: result.highestPart }
  }

  /** A score with parts missing is a lower bound and says so in its quality. */
  async #store(view: ScoreView, at: number): Promise<void> {
    const { telemetry, log } = this.#deps
    try {
      const series = await telemetry.seriesId(view.patient, scoreDevice, news2Metric)
      await telemetry.append({
        count: 1,
        series: Uint32Array.of(series),
        measuredAt: Float64Array.of(at),
        receivedAt: Float64Array.of(at),
        value: Float64Array.of(view.total),
        quality: Uint8Array.of(view.complete ? quality.good : quality.estimated),
      })
    } catch (error) {
      log.error(
        { err: error },
        'a score could not be kept for its trend; alarms and the live score are not affected',
      )
    }
  }

  #of(patient: string): Kept {
    let kept = this.#kept.get(patient)
    if (!kept) {
      kept = { inputs: emptyInputs(), history: new ScoreHistory(), view: undefined, counted: [], storedAt: 0 }
      this.#kept.set(patient, kept)
    }
    return kept
  }
}
