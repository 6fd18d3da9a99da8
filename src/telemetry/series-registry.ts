import type { Database } from '../platform/postgres/database.ts'
import type { Series } from './model.ts'
import { ensureSeries, loadSeries, type SeriesKey } from './store/series-store.ts'

export interface SeriesRegistry {
  known(patient: string | null, device: string, metric: string): number | undefined
  id(patient: string | null, device: string, metric: string): Promise<number>
  get(id: number): Series | undefined
  ofPatient(patient: string): readonly Series[]
  all(): Iterable<Series>
  /** From now on these are known to no one; a series of the same name gets a new number. */
  forget(ids: readonly number[]): void
  /** Numbers of forgotten series, for those who still hold one. */
  readonly gone: ReadonlySet<number>
  /** Largest number given so far. */
  largest(): number
}

/** Every series by name and by number, in memory; new ones of one tick are made in one statement. */
export async function createSeriesRegistry(db: Database): Promise<SeriesRegistry> {
  const byId = new Map<number, Series>()
  const byPatient = new Map<string | null, Map<string, Map<string, number>>>()
  const listOfPatient = new Map<string, Series[]>()
  let largest = 0

  const gone = new Set<number>()

  function add(series: Series): void {
    // A statement under way when a series was forgotten may still answer it.
    if (byId.has(series.id) || gone.has(series.id)) return
    byId.set(series.id, series)
    largest = Math.max(largest, series.id)
    const devices = getOrSet(byPatient, series.patient, () => new Map<string, Map<string, number>>())
    getOrSet(devices, series.device, () => new Map<string, number>()).set(series.metric, series.id)
    if (series.patient !== null) getOrSet(listOfPatient, series.patient, () => []).push(series)
  }
  for (const series of await loadSeries(db)) add(series)

  const known = (patient: string | null, device: string, metric: string) =>
    byPatient.get(patient)?.get(device)?.get(metric)
  let gathering: { keys: SeriesKey[]; done: Promise<void> } | undefined

  function ensure(key: SeriesKey): Promise<void> {
    if (!gathering) {
      const keys: SeriesKey[] = []
      const done = Promise.resolve().then(async () => {
        gathering = undefined
        for (const series of await ensureSeries(db, keys)) add(series)
      })
      gathering = { keys, done }
    }
    gathering.keys.push(key)
    return gathering.done
  }

  function forgetOne(id: number): void {
    gone.add(id)
    const series = byId.get(id)
    if (!series) return
    byId.delete(id)
    const ids = byPatient.get(series.patient)?.get(series.device)
    if (ids?.get(series.metric) === id) ids.delete(series.metric)
    if (series.patient === null) return
    const left = (listOfPatient.get(series.patient) ?? []).filter((one) => one.id !== id)
    listOfPatient.set(series.patient, left)
  }

  return {
    known,
    async id(patient, device, metric) {
      for (;;) {
        const found = known(patient, device, metric)
        if (found !== undefined) return found
        // Once, but for a series that is forgotten meanwhile.
        await ensure({ patient, device, metric })
      }
    },
    gone,
    forget(ids) {
      for (const id of ids) forgetOne(id)
    },
    get: (id) => byId.get(id),
    ofPatient: (patient) => listOfPatient.get(patient) ?? [],
    all: () => byId.values(),
    largest: () => largest,
  }
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key)
  if (before !== undefined) return before
  const made = make()
  map.set(key, made)
  return made
}
