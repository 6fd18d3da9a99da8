import { parseSearchRequest, type SearchRequest } from '@medplum/core'
import type { Bundle, Coding, Observation, ObservationComponent, Parameters } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { findMetric } from '../../kernel/metrics/index.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { fhirErrorHandler } from '../../record/index.ts'
import type { RecordAccess } from '../../record/model.ts'
import { quality, type Series } from '../model.ts'
import { clamp } from '../periods.ts'
import { problems } from '../problems.ts'
import { journalKind } from '../store/journal-store.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { standing } from '../versions.ts'
import { codingMatches, conceptOf, systems } from './codes.ts'
import { intervalOfDate } from './dates.ts'
import { statistics, statisticsSystem, unitless } from './statistics.ts'

export interface ObservationOperationsDeps {
  readonly telemetry: TelemetryStore
  readonly clock: Clock
  readonly log: Log
  /** `https://host`, known once the server listens. */
  readonly publicUrl: () => string
  /** What the caller of a request may do. Throws where nobody is signed in. */
  readonly access: (request: FastifyRequest) => RecordAccess | Promise<RecordAccess>
  /** The record's own search, which merges documents and telemetry. */
  readonly search: (request: SearchRequest, access: RecordAccess) => Promise<readonly Observation[]>
}

const mostLast = 100
const documentPage = 1_000
const mostDocuments = 100_000
const mostReadings = 12_000_000
const microsPerHour = 3_600_000_000

const mounts = ['/fhir/R4', '/fhir'] as const

/** `GET Observation/$lastn` and `$stats` (FHIR R4, Observation operations), over telemetry and documents. */
export function observationOperations(deps: ObservationOperationsDeps): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(fhirErrorHandler(deps.log))
    for (const mount of mounts) {
      // The `$` also percent-encoded, which the routing does not undo.
      app.get<{ Params: { operation: string } }>(
        `${mount}/Observation/:operation(^(?:\\$|%24)(?:lastn|stats)$)`,
        async (request, reply) => {
          const access = await deps.access(request)
          const answer = request.params.operation.endsWith('stats')
            ? await stats(deps, access, queryOf(request))
            : searchset(
                `${deps.publicUrl()}${mount}/Observation`,
                await lastn(deps, access, queryOf(request)),
              )
          return reply.type('application/fhir+json; charset=utf-8').send(JSON.stringify(answer))
        },
      )
    }
  }
}

const searchset = (base: string, found: readonly Observation[]): Bundle<Observation> => ({
  resourceType: 'Bundle',
  type: 'searchset',
  total: found.length,
  entry: found.map((one) => ({ fullUrl: `${base}/${one.id}`, resource: one, search: { mode: 'match' } })),
})

const queryOf = (request: FastifyRequest): URLSearchParams =>
  new URL(request.url, 'http://localhost').searchParams

function patientOf(query: URLSearchParams): string {
  const reference = query.get('patient') ?? query.get('subject') ?? query.get('subject:Patient') ?? ''
  const id = reference.replace(/^Patient\//, '')
  if (/^[A-Za-z0-9.-]{1,64}$/.test(id)) return id
  throw problems.badQuery('Name one patient, as patient=<id> or subject=Patient/<id>.', 'patient')
}

/** The newest `max` Observations of each code. */
async function lastn(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  query: URLSearchParams,
): Promise<readonly Observation[]> {
  const max = Number(query.get('max') ?? 1)
  if (!Number.isInteger(max) || max < 1 || max > mostLast) {
    throw problems.badQuery(`max must be a whole number from 1 to ${mostLast}.`, 'max')
  }
  const metrics = [
    ...new Set(deps.telemetry.seriesOfPatient(patientOf(query)).map((series) => series.metric)),
  ]
  query.delete('max')
  // Who asks for the last values wants values: what was withdrawn is answered only to who names that status.
  if (![...query.keys()].some((key) => key === 'status' || key.startsWith('status:'))) {
    query.append('status:not', 'entered-in-error')
  }
  const search = (code: string, value: string, count: number) => {
    const request = parseSearchRequest<Observation>(
      `Observation?${query}&${code}=${encodeURIComponent(value)}`,
    )
    return deps.search(
      { ...request, count, offset: 0, sortRules: [{ code: 'date', descending: true }] },
      access,
    )
  }
  // Each metric with every code it goes by, so that documents of the same code join it; then documents of other codes.
  const pages = await Promise.all([
    ...metrics.map((metric) => search('code', tokensOf(metric).join(','), max)),
    search(
      'code:not',
      metrics.map((metric) => `${systems.metric}|${metric}`).join(',') || 'none',
      documentPage,
    ),
  ])
  return newestOfEachCode(pages.flat(), max)
}

const tokensOf = (metric: string): string[] =>
  conceptOf(metric).coding!.map((coding) => `${coding.system}|${coding.code}`)

function newestOfEachCode(found: readonly Observation[], max: number): Observation[] {
  const groups = new Map<string, { size: number }>()
  const taken = new Map<string, Observation>()
  const newestFirst = [...found].sort((a, b) => timeOf(b) - timeOf(a))
  for (const one of newestFirst) {
    if (taken.has(one.id!)) continue
    const keys = (one.code.coding ?? []).map((coding) => `${coding.system}|${coding.code}`)
    if (keys.length === 0) keys.push(`text|${one.code.text}`)
    const group = keys.map((key) => groups.get(key)).find((known) => known !== undefined) ?? { size: 0 }
    for (const key of keys) groups.set(key, group)
    if (group.size++ < max) taken.set(one.id!, one)
  }
  return [...taken.values()]
}

const timeOf = (one: Observation): number =>
  Date.parse(one.effectiveDateTime ?? one.effectivePeriod?.start ?? one.effectiveInstant ?? '') || 0

/** Statistics of one or more codes over a time; each answered as one Observation with a component a statistic. */
async function stats(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  query: URLSearchParams,
): Promise<Parameters> {
  const patient = patientOf(query)
  const codes = query.getAll('code').flatMap((text) => text.split(','))
  const wanted = query.getAll('statistic').flatMap((text) => text.split(','))
  const unknown = wanted.find((statistic) => statistics[statistic] === undefined)
  if (codes.length === 0) throw problems.badQuery('Name at least one code.', 'code')
  if (wanted.length === 0 || unknown !== undefined) {
    throw problems.badQuery(`statistic must be of: ${Object.keys(statistics).join(', ')}.`, 'statistic')
  }
  const [from, to] = periodOf(query, deps.clock.now())
  const system = query.get('system')
  const parameter = []
  for (const code of codes) {
    const token = code.includes('|') || system === null ? code : `${system}|${code}`
    const values = await valuesOf(deps, access, { patient, token, from, to })
    parameter.push({
      name: 'statistics',
      resource: statisticsOf({ patient, token, from, to }, values, wanted),
    })
  }
  return { resourceType: 'Parameters', parameter }
}

interface Selection {
  readonly patient: string
  readonly token: string
  readonly from: number
  readonly to: number
}
interface Values {
  readonly values: Float64Array
  readonly unit: { readonly unit?: string; readonly code?: string }
  readonly coding: readonly Coding[]
}

/** `duration` in hours until now, or `period=<start>,<end>`. */
function periodOf(query: URLSearchParams, now: number): readonly [number, number] {
  const duration = query.get('duration')
  if (duration !== null && Number(duration) > 0) return clamp(now - Number(duration) * microsPerHour, now + 1)
  const [start, end] = (query.get('period') ?? '').split(',').map((text) => intervalOfDate(text))
  if (start && end) return clamp(start.from, end.to)
  throw problems.badQuery('Give duration=<hours> or period=<start>,<end>.', 'duration')
}

async function valuesOf(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  what: Selection,
): Promise<Values> {
  const { telemetry } = deps
  const maySee = access.patients === 'all' || access.patients.includes(what.patient)
  const series: readonly Series[] =
    maySee && access.allows('Observation', 'search')
      ? telemetry
          .seriesOfPatient(what.patient)
          .filter((one) => codingMatches(conceptOf(one.metric).coding!, what.token))
      : []
  const ids = series.map((one) => one.id)
  if ((await telemetry.reading.count(journalKind.samples, ids, what.from, what.to)) > mostReadings) {
    throw problems.badQuery('The period holds too many readings; ask for a shorter one.', 'period')
  }
  const found: number[][] = []
  for (const id of ids) {
    const all = standing(await telemetry.reading.versions(id, what.from, what.to))
    found.push(
      Array.from(all.value).filter(
        (value, i) => Number.isFinite(value) && (all.quality[i]! & quality.missing) === 0,
      ),
    )
  }
  const metric = series[0] && findMetric(series[0].metric)
  const documents = await documentValues(deps, access, what, metric?.unit)
  const unit = metric ? { unit: metric.unitText, code: metric.unit } : (documents.unit ?? {})
  const coding = series[0] ? conceptOf(series[0].metric).coding! : documents.coding
  return { values: Float64Array.from([...found.flat(), ...documents.values]), unit, coding }
}

/** Documents of the code in the same unit; telemetry is left out by its own coding. */
async function documentValues(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  what: Selection,
  unitCode: string | undefined,
) {
  const metrics = deps.telemetry.seriesOfPatient(what.patient).map((one) => `${systems.metric}|${one.metric}`)
  const found = await allOf(deps, access, {
    resourceType: 'Observation',
    filters: [
      { code: 'patient', operator: 'eq', value: what.patient },
      { code: 'code', operator: 'eq', value: what.token },
      ...(metrics.length > 0 ? [{ code: 'code', operator: 'not', value: metrics.join(',') } as const] : []),
      { code: 'date', operator: 'ge', value: isoFromMicros(what.from as Micros) },
      { code: 'date', operator: 'lt', value: isoFromMicros(what.to as Micros) },
    ],
  })
  const quantities = found.flatMap((one) =>
    one.valueQuantity?.value === undefined ? [] : [one.valueQuantity],
  )
  const code = unitCode ?? quantities[0]?.code
  const same = quantities.filter((quantity) => quantity.code === code)
  const unit = same[0] && { ...(same[0].unit ? { unit: same[0].unit } : {}), ...(code ? { code } : {}) }
  return { values: same.map((quantity) => quantity.value!), unit, coding: found[0]?.code.coding ?? [] }
}

/** Every match, page by page. */
async function allOf(
  deps: ObservationOperationsDeps,
  access: RecordAccess,
  request: SearchRequest,
): Promise<Observation[]> {
  const found: Observation[] = []
  for (;;) {
    const page = await deps.search({ ...request, count: documentPage, offset: found.length }, access)
    found.push(...page)
    if (page.length < documentPage) return found
    if (found.length > mostDocuments) {
      throw problems.badQuery('The period holds too many documents; ask for a shorter one.', 'period')
    }
  }
}

function statisticsOf(
  what: Selection,
  { values, unit, coding }: Values,
  wanted: readonly string[],
): Observation {
  const component = wanted.map((name): ObservationComponent => {
    const code = { coding: [{ system: statisticsSystem, code: name }] }
    const value = values.length === 0 && name !== 'count' ? undefined : statistics[name]!(values)
    if (value === undefined) {
      return { code, dataAbsentReason: { coding: [{ system: systems.dataAbsent, code: 'not-applicable' }] } }
    }
    const of = unitless.has(name) ? { code: '1' } : unit
    return { code, valueQuantity: { value, system: systems.ucum, ...of } }
  })
  return {
    resourceType: 'Observation',
    status: 'final',
    code: coding.length > 0 ? { coding: [...coding] } : { text: what.token },
    subject: { reference: `Patient/${what.patient}` },
    effectivePeriod: { start: isoFromMicros(what.from as Micros), end: isoFromMicros(what.to as Micros) },
    component,
  }
}
