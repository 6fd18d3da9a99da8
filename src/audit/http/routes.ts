/** The audit for people: the patient's own, the privacy officer's search, and both as a file. */
import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { purposesOfUse } from '../../kernel/purpose.ts'
import { dateRange } from '../../record/index.ts'
import type { AuditPage, AuditPerson, AuditView } from '../contract.ts'
import { auditKinds } from '../face/codes.ts'
import { referencesIn } from '../face/face.ts'
import { auditProblems } from '../problems.ts'
import type { AuditReader } from '../reader.ts'
import { auditId, parseAuditId } from '../row.ts'
import { seenFor } from '../seen.ts'
import type { AuditFilter } from '../store/audit-store.ts'
import { csvLine, csvTitle } from './csv.ts'
import { patientData } from './declare.ts'
import { gave } from './disclosure.ts'
import { type People, viewOf } from './view.ts'

/** What the one who asks may read of it. */
export interface AuditSight {
  readonly actor: string
  /** `configuration`: changes that concern no patient. */
  readonly sees: 'all' | 'configuration' | { readonly patients: readonly string[] }
}

export interface AuditRoutesDeps {
  readonly audit: AuditReader
  /** @throws ProblemError 401, 403 */
  readonly sightOf: (request: FastifyRequest) => AuditSight
  readonly peopleOf: (references: readonly string[]) => Promise<People>
}

const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'must be an id')
const list = <T extends string>(names: readonly T[]) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)))
const moment = z.string().transform((text, context) => {
  const range = dateRange(text)
  if (range) return range
  context.addIssue({ code: 'custom', message: 'must be a date such as 2026-01-31 or an instant' })
  return z.NEVER
})
const asked = z.object({
  patient: z
    .string()
    .transform((text) => text.replace(/^Patient\//, ''))
    .pipe(id)
    .optional(),
  actor: z.string().min(1).max(200).optional(),
  kind: list(auditKinds).optional(),
  purpose: list(Object.keys(purposesOfUse)).optional(),
  outcome: list(['done', 'refused', 'failed']).optional(),
  from: moment.optional(),
  /** Included to its precision: a day is the whole day. */
  to: moment.optional(),
  others: z.enum(['true', 'false']).default('false'),
  count: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .transform(parseAuditId)
    .refine((key) => key !== undefined, 'must be a cursor of the page before')
    .optional(),
})
type Asked = z.infer<typeof asked>

/** What is said of the house, its accounts and its devices. */
const configurationKinds = ['configuration', 'account', 'device'] as const
const mostInFile = 20_000

function askedBy(request: FastifyRequest): Asked {
  const parsed = asked.safeParse(request.query)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw auditProblems.badQuery(`${issue.path.join('.')}: ${issue.message}`, issue.path.join('.'))
}

function filterOf(query: Asked, { actor, sees }: AuditSight): AuditFilter {
  const { patient, kind, outcome, from, to, others, cursor } = query
  const plain: AuditFilter = {
    ...(query.actor === undefined ? {} : { actors: [query.actor] }),
    ...(kind ? { kinds: kind } : {}),
    ...(query.purpose ? { purposes: query.purpose } : {}),
    ...(outcome ? { outcomes: outcome } : {}),
    ...(from ? { fromUs: from.startUs } : {}),
    ...(to ? { toUs: to.endUs } : {}),
    ...(others === 'true' ? { notActors: [actor] } : {}),
    ...(cursor ? { after: cursor } : {}),
  }
  if (sees === 'all') return patient === undefined ? plain : { ...plain, patients: [patient] }
  if (sees === 'configuration') {
    if (patient !== undefined) throw auditProblems.notPermitted()
    const kinds = configurationKinds.filter((one) => kind?.includes(one) ?? true)
    return { ...plain, kinds, withoutPatient: true }
  }
  if (patient !== undefined && !sees.patients.includes(patient)) throw auditProblems.notPermitted()
  return { ...plain, patients: patient === undefined ? sees.patients : [patient] }
}

export function auditRoutes(deps: AuditRoutesDeps): FastifyPluginAsync {
  const { audit, sightOf, peopleOf } = deps

  async function page(request: FastifyRequest, sight: AuditSight, filter: AuditFilter, count: number) {
    const found = await audit.find(filter, { ascending: false, skip: 0, limit: count })
    const { sees } = sight
    const rows = typeof sees === 'object' ? found.map((row) => seenFor(row, sees.patients)) : found
    gave(request, { patients: [...new Set(rows.flatMap(({ patients }) => patients))] })
    const people = await peopleOf(referencesIn(rows))
    return { rows, views: rows.map((row) => viewOf(row, people)) }
  }

  return async (app) => {
    app.get('/api/audit', patientData({ polled: true }), async (request): Promise<AuditPage> => {
      const sight = sightOf(request)
      const query = askedBy(request)
      const { rows, views } = await page(request, sight, filterOf(query, sight), query.count + 1)
      const entries = views.slice(0, query.count)
      const last = rows[query.count - 1]
      return { entries, next: rows.length > query.count && last ? auditId(last) : null }
    })

    app.get('/api/audit.csv', patientData({ kind: 'export' }), async (request, reply) => {
      const sight = sightOf(request)
      const { views } = await page(request, sight, filterOf(askedBy(request), sight), mostInFile)
      reply.header('content-disposition', 'attachment; filename="audit.csv"')
      return reply.type('text/csv; charset=utf-8').send(Readable.from(csvOf(views)))
    })

    app.get('/api/audit/people', patientData({ polled: true }), async (request) => {
      const { sees } = sightOf(request)
      const patient = askedBy(request).patient ?? (typeof sees === 'object' ? sees.patients[0] : undefined)
      if (patient === undefined) throw auditProblems.badQuery('patient: say whose trail', 'patient')
      if (sees !== 'all' && !(typeof sees === 'object' && sees.patients.includes(patient))) {
        throw auditProblems.notPermitted()
      }
      gave(request, { patients: [patient] })
      const found = await audit.actorsAround(patient)
      const people = await peopleOf(found.map(({ actor }) => actor))
      return found.map(
        ({ actor, n }): AuditPerson => ({
          reference: actor,
          name: people.get(actor)?.name ?? actor,
          roles: people.get(actor)?.roles ?? [],
          entries: n,
        }),
      )
    })
  }
}

function* csvOf(views: readonly AuditView[]): Generator<string> {
  yield csvTitle
  for (const view of views) yield csvLine(view)
}
