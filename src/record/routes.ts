/** The FHIR REST interface at `/fhir/R4` and `/fhir`. https://hl7.org/fhir/R4/http.html */
import { isOk, isResourceType, OperationOutcomeError } from '@medplum/core'
import type { FhirRequest, HttpMethod } from '@medplum/fhir-router'
import type { OperationOutcome, Resource } from '@medplum/fhirtypes'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../platform/log.ts'
import { type RecordAccess, type RecordGiven, systemAccess } from './model.ts'
import { statusOf } from './outcomes.ts'
import type { FhirRecord } from './record.ts'
import { addBodyParsers, bodyLimitBytes } from './rest/bodies.ts'
import { fhirErrorHandler, outcomeOf } from './rest/errors.ts'
import { givenBy } from './rest/given.ts'
import { capabilityStatement } from './rest/metadata.ts'
import { type Preferences, preferencesOf } from './rest/prefer.ts'
import { createRouter, unknownType } from './rest/router.ts'

export interface RecordRoutesDeps {
  readonly record: FhirRecord
  /** @throws ProblemError where nobody is signed in */
  readonly accessOf: (request: FastifyRequest) => RecordAccess | Promise<RecordAccess>
  /** `https://host`, known once the server listens. */
  readonly publicUrl: () => string
  readonly log: Log
  /** Told whose data an answer holds, before it is sent. */
  readonly onGiven?: (request: FastifyRequest, given: readonly RecordGiven[]) => void
  /** `$graphql`. Its schema of all types takes seconds of the first request and 400 MB for good: off unless wanted. */
  readonly graphql?: boolean
}

const mounts = ['/fhir/R4', '/fhir'] as const
const fhirJson = 'application/fhir+json; charset=utf-8'

export function recordRoutes({
  record,
  accessOf,
  publicUrl,
  log,
  onGiven,
  graphql = false,
}: RecordRoutesDeps): FastifyPluginAsync {
  return async (app) => {
    const router = createRouter({ graphql })
    addBodyParsers(app)
    app.setErrorHandler(fhirErrorHandler(log))
    const baseUrl = (mount: string): string => `${publicUrl().replace(/\/$/, '')}${mount}/`
    const answer = async (mount: string, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const preferences = preferencesOf(request)
      if (pathBelow(mount, request) === 'metadata') {
        onGiven?.(request, [])
        send(reply, 200, capabilityStatement(record.world, baseUrl(mount), { graphql }))
        return
      }
      const access = await accessOf(request)
      const options = { baseUrl: baseUrl(mount), strict: preferences.strict }
      const fhirRequest = fhirRequestOf(mount, request)
      // Not by its `handleRequest`: that would answer a failure of the server with 400 and its message.
      const route = router.find(fhirRequest.method, fhirRequest.url)
      if (!route) throw new OperationOutcomeError(unanswered(fhirRequest))
      const { handler, params, path: pathname, query = {} } = route
      const repository = record.repository(access, options)
      const [outcome, resource] = await handler(
        { ...fhirRequest, params, pathname, query },
        repository,
        router,
      )
      if (!isOk(outcome)) throw new OperationOutcomeError(outcome)
      if (onGiven)
        onGiven(request, await givenBy(repository, record.repository(systemAccess), fhirRequest, resource))
      succeed(request, reply, { outcome, resource, preferences, baseUrl: options.baseUrl })
    }
    for (const mount of mounts) mountAt(app, mount, answer)
  }
}

type Answer = (mount: string, request: FastifyRequest, reply: FastifyReply) => Promise<void>

function mountAt(app: FastifyInstance, mount: string, answer: Answer): void {
  for (const url of [mount, `${mount}/*`]) {
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      bodyLimit: bodyLimitBytes,
      config: { audit: { gives: 'patient-data' } },
      handler: async (request, reply) => {
        await answer(mount, request, reply)
        return reply
      },
    })
  }
}

const pathBelow = (mount: string, request: FastifyRequest): string =>
  (request.url.split('?')[0] ?? '').slice(mount.length).replace(/^\/|\/$/g, '')

function fhirRequestOf(mount: string, request: FastifyRequest): FhirRequest {
  const [, query] = request.url.split(/\?(.*)/s)
  const path = pathBelow(mount, request).split('/').map(decoded).join('/')
  return {
    method: (request.method === 'HEAD' ? 'GET' : request.method) as HttpMethod,
    url: query === undefined ? path : `${path}?${query}`,
    pathname: '',
    body: request.body,
    params: {},
    query: {},
    headers: request.headers,
  }
}

function decoded(segment: string): string {
  try {
    // No id holds a NUL, and PostgreSQL would refuse one.
    return decodeURIComponent(segment).replaceAll('\0', '%00')
  } catch {
    return segment
  }
}

function unanswered({ method, url }: FhirRequest): OperationOutcome {
  const type = url.split(/[/?]/)[0] ?? ''
  if (type !== '' && !type.startsWith('$') && !isResourceType(type)) return unknownType(type).outcome
  return { ...outcomeOf(404, `Nothing here answers ${method}.`), id: 'not-found' }
}

interface Success {
  readonly outcome: OperationOutcome
  readonly resource: Resource | undefined
  readonly preferences: Preferences
  readonly baseUrl: string
}

function succeed(
  request: FastifyRequest,
  reply: FastifyReply,
  { outcome, resource, preferences, baseUrl }: Success,
): void {
  const { versionId, lastUpdated } = resource?.meta ?? {}
  const versioned =
    resource?.resourceType !== 'Bundle' && resource?.id !== undefined && versionId !== undefined
  if (versioned) {
    reply.header('etag', `W/"${versionId}"`)
    if (lastUpdated !== undefined) reply.header('last-modified', new Date(lastUpdated).toUTCString())
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (versioned && unchanged(request, versionId, lastUpdated)) reply.code(304).send()
    else send(reply, 200, resource ?? outcome)
    return
  }
  if (request.method === 'DELETE') {
    reply.code(204).send()
    return
  }
  if (versioned && (request.method === 'PUT' || request.method === 'POST' || request.method === 'PATCH'))
    reply.header('location', `${baseUrl}${resource.resourceType}/${resource.id}/_history/${versionId}`)
  const status = statusOf(outcome)
  if (versioned && preferences.return === 'minimal') reply.code(status).send()
  else if (versioned && preferences.return === 'OperationOutcome') send(reply, status, outcome)
  else send(reply, status, resource ?? outcome)
}

/** Conditional read: https://hl7.org/fhir/R4/http.html#cread */
function unchanged(request: FastifyRequest, versionId: string, lastUpdated: string | undefined): boolean {
  const etag = request.headers['if-none-match']
  if (etag !== undefined)
    return etag.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${versionId}"`)
  const since = request.headers['if-modified-since']
  if (since === undefined || lastUpdated === undefined) return false
  return Math.floor(Date.parse(lastUpdated) / 1_000) * 1_000 <= Date.parse(since)
}

function send(reply: FastifyReply, status: number, body: Resource): void {
  reply.code(status).header('content-type', fhirJson).send(JSON.stringify(body))
}
