/**
 * Batches and transactions. https://hl7.org/fhir/R4/http.html#trules
 *
 * A transaction is one database transaction: every entry is carried out, or none. Entries name each other by `fullUrl`;
 * what a placeholder will become is decided first, then references are rewritten, then entries are carried out in the
 * specification's order: delete, create, update and patch, read.
 */

import { isOk, normalizeOperationOutcome, OperationOutcomeError } from '@medplum/core'
import type { FhirRequest, FhirRouter, HttpMethod } from '@medplum/fhir-router'
import type { Bundle, BundleEntry, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { invalid, statusOf } from '../outcomes.ts'
import type { RecordRepository } from '../repository.ts'
import { resolveIdentities } from './identities.ts'
import { rewriteReferences } from './rewrite.ts'

/** @throws OperationOutcomeError of the first entry that a transaction could not carry out */
export async function processBundle(
  repo: RecordRepository,
  router: FhirRouter,
  bundle: Bundle,
): Promise<Bundle> {
  const entries = (bundle.entry ?? []).map(checkedEntry)
  if (bundle.type === 'batch') return responses('batch-response', await batch(repo, router, entries))
  if (bundle.type === 'transaction') {
    const done = await repo.withTransaction((tx) => transaction(tx, router, entries))
    return responses('transaction-response', done)
  }
  throw invalid(
    `A bundle posted here is a batch or a transaction, not ${JSON.stringify(bundle.type)}.`,
    'Bundle.type',
  )
}

const responses = (type: 'batch-response' | 'transaction-response', entry: BundleEntry[]): Bundle => ({
  resourceType: 'Bundle',
  type,
  ...(entry.length > 0 ? { entry } : {}),
})

export interface RequestEntry {
  readonly place: number
  readonly fullUrl: string | undefined
  readonly method: HttpMethod
  readonly url: string
  readonly resource: Resource | undefined
  readonly headers: Readonly<Record<string, string>>
  /** The id is the server's own choice. */
  readonly assignedId: boolean
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

function checkedEntry({ fullUrl, request, resource }: BundleEntry, place: number): RequestEntry {
  const at = `Bundle.entry[${place}].request`
  if (!request) throw invalid(`Entry ${place} has no request.`, at)
  const { method, url, ifMatch, ifNoneExist, ifNoneMatch } = request
  if (method === undefined || !methods.has(method))
    throw invalid(`Entry ${place} has no known method.`, `${at}.method`)
  if (typeof url !== 'string') throw invalid(`Entry ${place} has no url.`, `${at}.url`)
  const headers = { 'if-match': ifMatch, 'if-none-exist': ifNoneExist, 'if-none-match': ifNoneMatch }
  return {
    place,
    fullUrl,
    method: method === 'HEAD' ? 'GET' : method,
    url: url.replace(/^\//, ''),
    resource,
    headers: Object.fromEntries(
      Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    assignedId: false,
  }
}

async function batch(
  repo: RecordRepository,
  router: FhirRouter,
  entries: readonly RequestEntry[],
): Promise<BundleEntry[]> {
  const done: BundleEntry[] = []
  for (const entry of entries) {
    try {
      done.push(await carryOut(repo, router, entry))
    } catch (error) {
      const outcome = normalizeOperationOutcome(error)
      done.push({ response: { status: String(statusOf(outcome)), outcome } })
    }
  }
  return done
}

const turns: readonly (readonly HttpMethod[])[] = [['DELETE'], ['POST'], ['PUT', 'PATCH'], ['GET']]

async function transaction(
  repo: RecordRepository,
  router: FhirRouter,
  entries: readonly RequestEntry[],
): Promise<BundleEntry[]> {
  const { entries: identified, become } = await resolveIdentities(repo, entries)
  const rewritten = await rewriteReferences(repo, identified, become)
  const done: BundleEntry[] = []
  for (const turn of turns) {
    // Rows are locked in one order by all, so that two transactions seldom wait for each other in a ring.
    const due = rewritten
      .filter(({ method }) => turn.includes(method))
      .sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : a.place - b.place))
    for (const entry of due) {
      try {
        done[entry.place] = await carryOut(repo, router, entry)
      } catch (error) {
        throw placed(error, entry.place)
      }
    }
  }
  return done
}

/** Says of which entry an error speaks; the database's own errors pass, for another try. */
function placed(error: unknown, place: number): unknown {
  if (!(error instanceof OperationOutcomeError)) return error
  const issue = error.outcome.issue.map((one) => ({
    ...one,
    diagnostics: `Bundle.entry[${place}]`,
  }))
  return new OperationOutcomeError({ ...error.outcome, issue })
}

async function carryOut(
  repo: RecordRepository,
  router: FhirRouter,
  entry: RequestEntry,
): Promise<BundleEntry> {
  const route = router.find(entry.method, entry.url)
  if (!route) throw invalid(`Nothing answers ${entry.method} ${JSON.stringify(entry.url)}.`)
  const request: FhirRequest = {
    method: entry.method,
    url: entry.url,
    pathname: route.path,
    params: route.params,
    query: route.query ?? {},
    body: patchBody(entry),
    headers: entry.headers,
  }
  const [outcome, resource] = await route.handler(request, repo, router, {
    batch: true,
    assignedId: entry.assignedId,
  })
  if (!isOk(outcome)) throw new OperationOutcomeError(outcome)
  return answered(repo, entry, outcome, resource)
}

const reasons: Readonly<Record<number, string>> = { 200: '200 OK', 201: '201 Created', 204: '204 No Content' }

function answered(
  repo: RecordRepository,
  entry: RequestEntry,
  outcome: OperationOutcome,
  resource: Resource | undefined,
): BundleEntry {
  const status = entry.method === 'DELETE' ? 204 : statusOf(outcome)
  const { versionId, lastUpdated } = resource?.meta ?? {}
  const version = versionId === undefined ? {} : { etag: `W/"${versionId}"`, lastModified: lastUpdated }
  const written = entry.method !== 'GET' && resource?.id !== undefined && versionId !== undefined
  return {
    ...(resource?.id === undefined
      ? {}
      : { fullUrl: `${repo.options.baseUrl}${resource.resourceType}/${resource.id}` }),
    ...(resource === undefined ? {} : { resource }),
    response: {
      status: reasons[status] ?? String(status),
      ...(written ? { location: `${resource.resourceType}/${resource.id}/_history/${versionId}` } : {}),
      ...version,
    },
  } as BundleEntry
}

/** A JSON Patch travels in a bundle as a Binary. https://hl7.org/fhir/R4/http.html#patch */
function patchBody({ method, resource }: RequestEntry): unknown {
  if (method !== 'PATCH' || resource?.resourceType !== 'Binary') return resource
  try {
    return JSON.parse(Buffer.from(resource.data ?? '', 'base64').toString('utf8'))
  } catch {
    throw invalid('The Binary of a PATCH holds no JSON Patch.')
  }
}
