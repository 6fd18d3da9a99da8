import { parseSearchRequest, type SearchRequest } from '@medplum/core'
import type { Bundle, Observation } from '@medplum/fhirtypes'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { gave, patientData } from '../../audit/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { fhirErrorHandler } from '../../record/index.ts'
import type { RecordAccess } from '../../record/model.ts'
import { problems } from '../problems.ts'
import type { TelemetryStore } from '../telemetry.ts'
import { conceptOf, systems } from './codes.ts'
import { patientOf, stats } from './stats.ts'

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

const mounts = ['/fhir/R4', '/fhir'] as const

/** `GET Observation/$lastn` and `$stats` (FHIR R4, Observation operations), over telemetry and documents. */
export function observationOperations(deps: ObservationOperationsDeps): FastifyPluginAsync {
  return async (app) => {
    app.setErrorHandler(fhirErrorHandler(deps.log))
    for (const mount of mounts) {
      // The `$` also percent-encoded, which the routing does not undo.
      app.get<{ Params: { operation: string } }>(
        `${mount}/Observation/:operation(^(?:\\$|%24)(?:lastn|stats)$)`,
        patientData({ kind: 'search', action: 'E' }),
        async (request, reply) => {
          const access = await deps.access(request)
          gave(request, { patients: [patientOf(queryOf(request))], what: ['Observation'] })
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
