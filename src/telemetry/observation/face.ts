import type { SearchRequest, WithId } from '@medplum/core'
import type { Observation } from '@medplum/fhirtypes'
import type { Clock } from '../../platform/clock.ts'
import type { RecordAccess, ResourceFace } from '../../record/model.ts'
import type { Series } from '../model.ts'
import { endOfTime } from '../periods.ts'
import { problems } from '../problems.ts'
import { microsPerTenth } from '../segment.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { diastolicOf } from './blood-pressure.ts'
import { countMatches } from './count.ts'
import { type ClockEpochs, withDeviceTime } from './device-time.ts'
import { drawReading, drawWaveform } from './draw.ts'
import { type ObservationKey, parseObservationId } from './ids.ts'
import { maySee } from './may-see.ts'
import { compilePlan, type Plan } from './plan.ts'
import { firstItems } from './selection.ts'
import {
  Budget,
  type Item,
  panelSource,
  panelVersions,
  readingSource,
  type Source,
  versionAt,
  waveformSource,
} from './sources.ts'

/** Candidates one request may look at where filters must be tried on each. */
const budgetItems = 3_000_000

/** Telemetry as Observations, drawn on read: nothing is stored twice. */
export function observationFace(deps: {
  readonly telemetry: TelemetryStore
  readonly clock: Clock
  /** How the clocks of devices stood; absent: they were right. */
  readonly clocks?: ClockEpochs
}): ResourceFace {
  const { telemetry, clock, clocks } = deps

  const history = async (id: string, access: RecordAccess): Promise<readonly WithId<Observation>[]> => {
    const key = parseObservationId(id)
    const series = key && telemetry.series(key.series)
    if (!series || !access.allows('Observation', 'read') || !maySee(access, series)) return []
    return (await drawVersions(telemetry, series, key, clocks)).reverse()
  }

  return {
    resourceType: 'Observation',
    owns: (id) => parseObservationId(id) !== undefined,
    history,
    read: async (id, access) => (await history(id, access))[0],

    async search(request, access, { skip, limit }) {
      const plan = planFor(request, access, clock)
      if (!plan) return { resources: [] }
      const sources = sourcesOf(telemetry, plan, access)
      if (plan.unsortable !== undefined && sources.length > 0) throw problems.unsortable(plan.unsortable)
      const items = await firstItems(telemetry.reading, sources, plan, skip + limit, new Budget(budgetItems))
      return { resources: items.slice(skip).map((item) => drawItem(telemetry, item, clocks)) }
    },

    async count(request, access) {
      const plan = planFor(request, access, clock)
      if (!plan) return 0
      const sources = sourcesOf(telemetry, plan, access)
      return countMatches(telemetry.reading, sources, plan, new Budget(budgetItems))
    },
  }
}

function planFor(request: SearchRequest, access: RecordAccess, clock: Clock): Plan | undefined {
  if (!access.allows('Observation', 'search')) return undefined
  const plan = compilePlan(request, clock.now())
  return plan && plan.from < plan.to ? plan : undefined
}

function sourcesOf(telemetry: TelemetryStore, plan: Plan, access: RecordAccess): Source[] {
  if (plan.ids) return plan.ids.flatMap((key) => idSource(telemetry, plan, access, key))
  const sources: Source[] = []
  for (const series of candidates(telemetry, plan, access)) {
    sources.push(...sourcesOfSeries(telemetry, plan, series))
  }
  return sources
}

/** One patient's series where the plan names patients, else all that may be seen. */
function* candidates(telemetry: TelemetryStore, plan: Plan, access: RecordAccess): Generator<Series> {
  const patients = plan.patients ?? (access.patients === 'all' ? undefined : access.patients)
  const series = patients
    ? patients.flatMap((patient) => telemetry.seriesOfPatient(patient))
    : telemetry.allSeries()
  for (const one of series) if (maySee(access, one)) yield one
}

function sourcesOfSeries(telemetry: TelemetryStore, plan: Plan, series: Series): Source[] {
  const sources: Source[] = []
  const { reading } = telemetry
  for (const span of telemetry.spans(series.id)) {
    if (span.lastAt < plan.from || span.firstAt >= plan.to) continue
    if (span.kind === 'waveform') {
      if (plan.takes(series, 'waveform')) sources.push(waveformSource(reading, series, span))
      continue
    }
    if (plan.takes(series, 'reading')) sources.push(readingSource(reading, series, span))
    const other = plan.wantsPanels ? diastolicOf(telemetry, series) : undefined
    if (other && plan.takes(series, 'panel')) sources.push(panelSource(reading, series, other, span))
  }
  return sources
}

function drawItem(
  telemetry: TelemetryStore,
  item: Item,
  clocks: ClockEpochs | undefined,
): WithId<Observation> {
  const { device } = telemetry.series(item.series)!
  return withDeviceTime(item.draw(), clocks, { device, at: item.at, receivedTenth: item.receivedTenth })
}

/** The source of one id, narrowed to its moment. */
function idSource(
  telemetry: TelemetryStore,
  plan: Plan,
  access: RecordAccess,
  key: ObservationKey,
): Source[] {
  const series = telemetry.series(key.series)
  if (!series || !maySee(access, series) || key.at < plan.from || key.at >= plan.to) return []
  return sourcesOfSeries(telemetry, { ...plan, from: key.at, to: key.at + 1 }, series)
    .filter((source) => source.kind === key.kind)
    .map((source) => ({
      ...source,
      firstAt: key.at,
      lastAt: key.at,
      window: (from, to) => source.window(Math.max(from, key.at), Math.min(to, key.at + 1)),
      newest: async () => ({ items: await source.window(key.at, key.at + 1), since: 0 }),
    }))
}

/** All versions of one Observation, the oldest first; empty where there is none. */
async function drawVersions(
  telemetry: TelemetryStore,
  series: Series,
  key: ObservationKey,
  clocks: ClockEpochs | undefined,
): Promise<WithId<Observation>[]> {
  if (key.at >= endOfTime) return []
  const { reading } = telemetry
  const dated = (drawn: WithId<Observation>, receivedTenth: number) =>
    withDeviceTime(drawn, clocks, { device: series.device, at: key.at, receivedTenth })
  if (key.kind === 'waveform') {
    const chunks = (await reading.chunks(series.id, key.at, key.at + 1)).filter((c) => c.startAt === key.at)
    return chunks.map((chunk, i) =>
      dated(drawWaveform(series, chunk, i + 1), Math.floor(chunk.receivedAt / microsPerTenth)),
    )
  }
  const versions = await reading.versions(series.id, key.at, key.at + 1)
  if (key.kind === 'reading') {
    return Array.from({ length: versions.count }, (_, i) =>
      dated(drawReading(series, versionAt(versions, i, i + 1)), versions.received[i]!),
    )
  }
  const diastolic = diastolicOf(telemetry, series)
  if (!diastolic) return []
  const lows = await reading.versions(diastolic.id, key.at, key.at + 1)
  // Both parts of one measurement arrive together.
  return panelVersions(series, diastolic, versions, lows).map((one) => dated(one, versions.received[0]!))
}
