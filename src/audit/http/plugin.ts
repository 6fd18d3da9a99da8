/**
 * No answer with patient data leaves before it is written down who got it. The entry is made where the answer is
 * complete and its status known, from what the route declares and its handler said; if it cannot be written, the answer
 * is replaced.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../../kernel/problem.ts'
import type { Clock } from '../../platform/clock.ts'
import { fhirJson, operationOutcome } from '../../platform/http/operation-outcome.ts'
import type { AuditEntry, AuditWriter } from '../model.ts'
import { auditProblems } from '../problems.ts'
import { disclosureOf } from './disclosure.ts'
import { type Answered, entriesOf, type Who } from './entries.ts'
import { createRepeats, type Repeats } from './repeats.ts'

export interface AuditPluginDeps {
  readonly audit: AuditWriter
  readonly clock: Clock
  readonly whoIs: (request: FastifyRequest) => Who
  /** Whose data this path names, seen by no one in particular: asked only after a 404. */
  readonly ownersOf: (request: FastifyRequest) => Promise<readonly string[]>
}

/** A patient who is not theirs is answered as one who does not exist. */
const hidingCodes: ReadonlySet<string> = new Set(['patient-unknown', 'unknown-patient'])

export function auditPlugin(deps: AuditPluginDeps): FastifyPluginAsync {
  const repeats = createRepeats(deps.clock)
  const plugin = async (app: FastifyInstance) => {
    const silent: string[] = []
    app.addHook('onRoute', ({ method, url, config }) => {
      if (!config?.audit) silent.push(`${String(method)} ${url}`)
    })
    app.addHook('onReady', async () => {
      if (silent.length === 0) return
      throw new Error(`These routes do not declare config.audit, what they give out: ${silent.join(', ')}`)
    })
    app.addHook('onError', async (request, _reply, error) => {
      disclosureOf(request).reason = reasonOf(error)
    })
    app.addHook('onSend', async (request, reply, payload) => {
      const declared = request.routeOptions.config.audit
      if (!declared || declared.gives === 'nothing') return payload
      const entries = entriesOf({ ...(await answeredBy(deps, request, reply)), declared })
      try {
        await Promise.all(entries.map((entry) => writeOnce(deps, repeats, request, entry)))
        return payload
      } catch {
        // A refusal gives nothing out; it stays what it is.
        return reply.statusCode >= 400 ? payload : withheld(request, reply, payload)
      }
    })
  }
  // Its hooks are for the whole server, not for a scope of their own.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

async function answeredBy(
  { whoIs, ownersOf }: AuditPluginDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Omit<Answered, 'declared'>> {
  const disclosure = disclosureOf(request)
  const status = reply.statusCode
  const asked = status === 401 || status === 403 || status === 404
  const route = request.routeOptions.url ?? ''
  const params = (request.params ?? {}) as Record<string, unknown>
  const hides = status === 404 && hidingCodes.has(disclosure.reason ?? '')
  // A handler that found it, and then said that there is none.
  const told = status === 404 ? (disclosure.given ?? []).flatMap(({ patients }) => patients) : []
  const found = hides ? [String(params['id'])] : told
  const hidden = found.length > 0 || !asked ? found : await ownersOf(request)
  const query = request.url.split('?').slice(1).join('?')
  return {
    ...{ method: request.method, route, status, query, params, disclosure, hidden },
    ...{ address: request.ip, requestId: request.id, who: whoIs(request) },
  }
}

function writeOnce(
  { audit, whoIs }: AuditPluginDeps,
  repeats: Repeats,
  request: FastifyRequest,
  entry: AuditEntry,
): Promise<void> {
  const declared = request.routeOptions.config.audit
  const polled = declared?.gives === 'patient-data' && declared.polled === true
  // A stranger can be refused as often as they like; that must not fill the disk.
  if (!polled && entry.outcome !== 'refused') return audit.write(entry)
  return repeats.once(entry, whoIs(request).session, () => audit.write(entry))
}

function withheld(request: FastifyRequest, reply: FastifyReply, payload: unknown): string {
  if (payload instanceof Readable) payload.destroy()
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  const { problem } = changes ? auditProblems.doneNotWritten() : auditProblems.notWritten()
  for (const name of ['content-length', 'content-disposition', 'etag', 'location', 'last-modified']) {
    reply.removeHeader(name)
  }
  reply.code(problem.status).header('retry-after', '5').type(fhirJson)
  return JSON.stringify(operationOutcome(problem))
}

/** The code of the refusal, never its text: that may name what was asked for. */
function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.code
  const { outcome, code } = error as { outcome?: { issue?: { code?: string }[] }; code?: unknown }
  return outcome?.issue?.[0]?.code ?? (typeof code === 'string' ? code : 'refused')
}
