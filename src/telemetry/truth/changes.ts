import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Series } from '../model.ts'
import { problems } from '../problems.ts'
import { countChanged, finishChange, insertChange, unfinishedChanges } from '../store/change-store.ts'
import { journalKind } from '../store/journal-store.ts'
import type { SeriesSpan, TelemetryStore } from '../telemetry.ts'
import type { ChangeOrder, TelemetryChange } from './change.ts'
import { restateSamples } from './samples.ts'
import { stretches } from './stretches.ts'
import { restateWaveforms } from './waveforms.ts'

export interface TelemetryChanges {
  /**
   * Withdraws a patient's readings of one metric in [from, to). Resolves when every one is.
   * @throws ProblemError where there are none.
   */
  enterInError(order: {
    readonly patient: string
    readonly metric: string
    readonly device?: string | undefined
    readonly from: Micros
    readonly to: Micros
    readonly actor: string
    readonly reason: string
  }): Promise<TelemetryChange>
  /**
   * Gives what a device measured in [from, to) from one patient to another (null: to the device alone), with every
   * version, and withdraws it where it was. Undefined where there is nothing to give. The same `key` again is the same
   * change.
   */
  reattribute(order: {
    readonly device: string
    readonly from: Micros
    readonly to: Micros
    readonly fromPatient: string | null
    readonly toPatient: string | null
    readonly actor: string
    readonly reason: string
    readonly key?: string
  }): Promise<TelemetryChange | undefined>
  /** Told of each change that withdrew anything, when it is done. */
  onDone(listener: (change: TelemetryChange) => void): () => void
  /** Goes through what was begun and did not come to its end. @returns how many changes are done now. */
  resume(): Promise<number>
}

export interface TelemetryChangesDeps {
  readonly db: Database
  readonly telemetry: TelemetryStore
  readonly clock: Clock
  readonly log: Log
}

const sampleLimit = { readings: 20_000, shortestUs: 3_600_000_000 }
const waveformLimit = { readings: 300, shortestUs: 60_000_000 }
/** As much ahead as a reading may be of the time it is received. */
const aheadUs = 300_000_000
/** A reading on its way while the first pass reads is found by the second. */
const mostPasses = 3

/** One change after the other, each durable before it begins. */
export function createTelemetryChanges(deps: TelemetryChangesDeps): TelemetryChanges {
  const { db, telemetry, clock, log } = deps
  const listeners = new Set<(change: TelemetryChange) => void>()
  let working: Promise<unknown> = Promise.resolve()

  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const run = working.catch(() => {}).then(work)
    working = run
    return run
  }

  async function carryOut(change: TelemetryChange): Promise<TelemetryChange> {
    let readings = 0
    try {
      for (let pass = 0; pass < mostPasses; pass++) {
        await telemetry.settled()
        const found = await goThrough(telemetry, change)
        readings += found
        if (found === 0) break
      }
    } catch (error) {
      await countChanged(db, change.id, readings).catch(() => {})
      log.warn(
        { change: change.id, error: (error as Error).name },
        'a change of telemetry waits to be resumed',
      )
      throw error
    }
    const done = await finishChange(db, change.id, clock.now(), readings)
    if (done.readings > 0) for (const listener of listeners) listener(done)
    return done
  }

  async function order(what: ChangeOrder): Promise<TelemetryChange> {
    const now = clock.now()
    const to = Math.min(what.to, now + aheadUs) as Micros
    if (what.from >= to)
      throw problems.badQuery('The time must begin before it ends, and not in the future.', 'from')
    const change = await insertChange(db, { ...what, to }, now)
    return change.state === 'done' ? change : carryOut(change)
  }

  return {
    enterInError: ({ patient, device, ...rest }) =>
      inOrder(async () => {
        const what = {
          ...({ kind: 'entered-in-error', key: null, ...rest, device: device ?? null } as const),
          ...{ fromPatient: patient, toPatient: null },
        }
        await telemetry.settled()
        if (!touches(telemetry, what)) throw problems.nothingThere()
        return order(what)
      }),

    reattribute: ({ key, ...rest }) =>
      inOrder(async () => {
        if (rest.fromPatient === rest.toPatient) throw problems.sameBearer()
        const what = { kind: 'reattribution', key: key ?? null, metric: null, ...rest } as const
        await telemetry.settled()
        return touches(telemetry, what) ? order(what) : undefined
      }),

    onDone(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    resume: () =>
      inOrder(async () => {
        const unfinished = await unfinishedChanges(db)
        for (const change of unfinished) await carryOut(change)
        return unfinished.length
      }),
  }
}

function* seriesOf(telemetry: TelemetryStore, what: ChangeOrder): Generator<Series> {
  const all = what.fromPatient === null ? telemetry.allSeries() : telemetry.seriesOfPatient(what.fromPatient)
  for (const series of all) {
    const { patient, device, metric } = series
    if (patient !== what.fromPatient || (what.device ?? device) !== device) continue
    if ((what.metric ?? metric) === metric) yield series
  }
}

const overlaps = (span: SeriesSpan, { from, to }: ChangeOrder) => span.lastAt >= from && span.firstAt < to

const touches = (telemetry: TelemetryStore, what: ChangeOrder): boolean =>
  [...seriesOf(telemetry, what)].some(({ id }) => telemetry.spans(id).some((span) => overlaps(span, what)))

async function goThrough(telemetry: TelemetryStore, change: TelemetryChange): Promise<number> {
  let readings = 0
  for (const series of [...seriesOf(telemetry, change)]) {
    for (const span of telemetry.spans(series.id)) {
      if (!overlaps(span, change)) continue
      const isWave = span.kind === 'waveform'
      const kind = isWave ? journalKind.waveforms : journalKind.samples
      const restate = isWave ? restateWaveforms : restateSamples
      const count = (from: number, to: number) => telemetry.reading.count(kind, [series.id], from, to)
      const begin = Math.max(change.from, span.firstAt)
      const end = Math.min(change.to, span.lastAt + 1)
      for await (const [from, to] of stretches(count, begin, end, isWave ? waveformLimit : sampleLimit)) {
        const target =
          change.kind === 'reattribution'
            ? await telemetry.seriesId(change.toPatient, series.device, series.metric)
            : undefined
        readings += await restate(telemetry, series.id, target, from, to)
      }
    }
  }
  return readings
}
