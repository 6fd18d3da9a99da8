import type { Database } from '../../platform/postgres/database.ts'
import type { Series } from '../model.ts'
import type { ObservationKey } from '../observation/ids.ts'
import { endOfTime } from '../periods.ts'
import { microsPerTenth } from '../segment.ts'
import { changesOf } from '../store/change-store.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { isWithdrawn } from '../versions.ts'
import type { TelemetryChange } from './change.ts'
import type { ChangedObservation } from './provenance.ts'

/** What a change did to the Observation that it withdrew, if it did. */
export async function changedBy(
  telemetry: TelemetryStore,
  change: TelemetryChange,
  withdrawn: ObservationKey,
): Promise<ChangedObservation | undefined> {
  const series = telemetry.series(withdrawn.series)
  if (!series || !concerns(change, series, withdrawn.at)) return undefined
  const versions = await versionsOf(telemetry, withdrawn)
  const from = Math.floor(change.askedAt / microsPerTenth)
  const to = change.doneAt === null ? endOfTime : Math.floor(change.doneAt / microsPerTenth)
  const index = versions.findIndex((one) => one.withdrawn && one.stored >= from && one.stored <= to)
  if (index < 1) return undefined
  const target =
    change.kind === 'reattribution'
      ? telemetry.knownSeriesId(change.toPatient, series.device, series.metric)
      : undefined
  return {
    withdrawn,
    version: index,
    ...(target === undefined ? {} : { movedTo: { ...withdrawn, series: target } }),
  }
}

/** Every change that touched this Observation: that withdrew it, or that brought it here. */
export async function changesOfObservation(
  db: Database,
  telemetry: TelemetryStore,
  key: ObservationKey,
): Promise<{ readonly change: TelemetryChange; readonly one: ChangedObservation }[]> {
  const series = telemetry.series(key.series)
  if (!series || key.kind === 'panel' || key.at >= endOfTime) return []
  const found = []
  for (const change of await changesOf(db, { ...series, at: key.at })) {
    const withdrawnHere = change.fromPatient === series.patient
    const source = withdrawnHere
      ? series.id
      : telemetry.knownSeriesId(change.fromPatient, series.device, series.metric)
    const one =
      source === undefined ? undefined : await changedBy(telemetry, change, { ...key, series: source })
    if (one) found.push({ change, one })
  }
  return found
}

const concerns = (change: TelemetryChange, { patient, device, metric }: Series, at: number): boolean =>
  change.fromPatient === patient &&
  (change.device ?? device) === device &&
  (change.metric ?? metric) === metric &&
  at >= change.from &&
  at < change.to

/** Stored in tenths of a second. */
async function versionsOf(
  { reading }: TelemetryStore,
  { kind, series, at }: ObservationKey,
): Promise<{ readonly stored: number; readonly withdrawn: boolean }[]> {
  if (kind === 'waveform') {
    const chunks = (await reading.chunks(series, at, at + 1)).filter((chunk) => chunk.startAt === at)
    return chunks.map(({ stored, samples }) => ({ stored, withdrawn: samples.length === 0 }))
  }
  const all = await reading.versions(series, at, at + 1)
  return Array.from(all.stored, (stored, i) => ({ stored, withdrawn: isWithdrawn(all.quality[i]!) }))
}
