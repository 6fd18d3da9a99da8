import { type Micros, microsPerSecond } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Telemetry } from '../telemetry/model.ts'
import type { Engine } from './engine.ts'
import type { SeriesMonitor } from './judge/series-monitor.ts'
import type { MonitoringStore } from './store.ts'

const minute = 60 * microsPerSecond
/** Longer than any delay a rule may have: what was pending at the end is found again in the readings themselves. */
export const replayedUs = 10 * minute
const learnedUs = 12 * 60 * minute
/** How long a device that was heard in the last hour may at least take to come back. */
const returnUs = 20 * microsPerSecond

interface RestoreDeps {
  readonly engine: Engine
  readonly store: MonitoringStore
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly patients: readonly string[]
}

/**
 * Brings monitoring back to where it stood. Alarms and acknowledgements come from their rows; pending delays and
 * cadences are not stored but judged again from the durable readings of the last minutes, each slot from the sample
 * that last changed it. Answers everyone who is watched. So a reading that was acknowledged but not yet judged when the process died is judged now.
 */
export async function restoreMonitoring(deps: RestoreDeps): Promise<readonly string[]> {
  const { engine, store, telemetry, clock, patients } = deps
  const now = clock.now()
  engine.remember(await store.unsettled((now - replayedUs) as Micros))
  const everyone = new Set([...patients, ...[...engine.monitors()].map(({ parts }) => parts.patient)])
  for (const patient of everyone) {
    const streams = telemetry.seriesOfPatient(patient).flatMap((series) => {
      const monitor = engine.monitorOfSeries(series.id)
      return monitor ? [{ id: series.id, monitor }] : []
    })
    await Promise.all(streams.map(({ id, monitor }) => replayStream(telemetry, id, monitor, now)))
  }
  engine.forget()
  engine.endWhatIsOver()
  expectDevices(engine, now)
  return [...everyone]
}

async function replayStream(
  telemetry: Telemetry,
  id: number,
  monitor: SeriesMonitor,
  now: Micros,
): Promise<void> {
  const past = await telemetry.range(id, (now - replayedUs) as Micros, (now + 1) as Micros)
  for (let i = 0; i < past.measuredAt.length; i++) {
    monitor.reading(past.measuredAt[i]!, past.measuredAt[i]!, past.value[i]!, past.quality[i]!)
  }
  if (monitor.cadenceKnown) return
  const { measuredAt } = await telemetry.range(id, (now - learnedUs) as Micros, (now - replayedUs) as Micros)
  for (let i = 1; i < measuredAt.length; i++) monitor.learn(measuredAt[i]! - measuredAt[i - 1]!)
  const last = measuredAt.at(-1)
  if (last !== undefined && monitor.heardAt < last) monitor.heardAt = last
}

/** A device counts as lost where it has not come back when the first of its streams is missed. */
function expectDevices(engine: Engine, now: Micros): void {
  const missedFrom = new Map<unknown, number>()
  for (const monitor of engine.monitors()) {
    const { watch } = monitor.parts
    const before = missedFrom.get(watch) ?? Number.POSITIVE_INFINITY
    if (monitor.heardAt > now - 60 * minute) missedFrom.set(watch, Math.min(before, monitor.silentAfter()))
  }
  for (const watch of engine.watches()) {
    watch.expectBackBy(Math.max(missedFrom.get(watch) ?? Number.POSITIVE_INFINITY, now + returnUs))
  }
}
