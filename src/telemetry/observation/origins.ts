import type { Series } from '../model.ts'
import { samplePeriod, wavePeriod } from '../periods.ts'
import { microsPerTenth } from '../segment.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { lowerBound } from '../versions.ts'
import { diastolicOf } from './blood-pressure.ts'
import type { ObservationKey } from './ids.ts'

/** How a measurement came here: the first version of it, whatever was said of it later. In µs. */
export interface Origin {
  readonly key: ObservationKey
  readonly series: Series
  readonly receivedAt: number
  readonly storedAt: number
}
type Moments = Pick<Origin, 'receivedAt' | 'storedAt'>

/** Those that exist, in no order. Keys of one series and period are answered by one read. */
export async function originsOf(
  telemetry: TelemetryStore,
  keys: readonly ObservationKey[],
): Promise<readonly Origin[]> {
  const groups = Map.groupBy(keys, ({ kind, series, at }) => {
    return `${kind} ${series} ${Math.floor(at / (kind === 'waveform' ? wavePeriod : samplePeriod))}`
  })
  const found: Origin[] = []
  for (const group of groups.values()) found.push(...(await originsOfGroup(telemetry, group)))
  return found
}

async function originsOfGroup(telemetry: TelemetryStore, keys: readonly ObservationKey[]): Promise<Origin[]> {
  const { kind, series: id } = keys[0]!
  const series = telemetry.series(id)
  if (!series) return []
  const moments = await (kind === 'waveform'
    ? ofChunks(telemetry, id, keys)
    : kind === 'reading'
      ? ofReadings(telemetry, id, keys)
      : ofPanels(telemetry, series, keys))
  return keys.flatMap((key) => {
    const found = moments.get(key.at)
    return found ? [{ key, series, ...found }] : []
  })
}

const span = (keys: readonly ObservationKey[]): [number, number] => [
  keys.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY),
  keys.reduce((most, { at }) => Math.max(most, at), 0) + 1,
]

async function ofReadings(
  { reading }: TelemetryStore,
  series: number,
  keys: readonly ObservationKey[],
): Promise<Map<number, Moments>> {
  const all = await reading.versions(series, ...span(keys))
  const found = new Map<number, Moments>()
  for (const { at } of keys) {
    const i = lowerBound(all.measuredAt, at, 0, all.count)
    if (all.measuredAt[i] !== at) continue
    const [receivedAt, storedAt] = [all.received[i]! * microsPerTenth, all.stored[i]! * microsPerTenth]
    found.set(at, { receivedAt, storedAt })
  }
  return found
}

async function ofChunks(
  { reading }: TelemetryStore,
  series: number,
  keys: readonly ObservationKey[],
): Promise<Map<number, Moments>> {
  const found = new Map<number, Moments>()
  for (const { startAt, receivedAt, stored } of await reading.chunks(series, ...span(keys))) {
    if (!found.has(startAt)) found.set(startAt, { receivedAt, storedAt: stored * microsPerTenth })
  }
  return found
}

/** A panel is there when both of its parts are. */
async function ofPanels(
  telemetry: TelemetryStore,
  systolic: Series,
  keys: readonly ObservationKey[],
): Promise<Map<number, Moments>> {
  const diastolic = diastolicOf(telemetry, systolic)
  if (!diastolic) return new Map()
  const lows = await ofReadings(telemetry, diastolic.id, keys)
  const found = new Map<number, Moments>()
  for (const [at, high] of await ofReadings(telemetry, systolic.id, keys)) {
    const low = lows.get(at)
    if (!low) continue
    found.set(at, {
      receivedAt: Math.max(high.receivedAt, low.receivedAt),
      storedAt: Math.max(high.storedAt, low.storedAt),
    })
  }
  return found
}
