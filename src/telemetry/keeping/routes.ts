import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { configuration, gave, patientData } from '../../audit/index.ts'
import { requirePermit } from '../../consent/index.ts'
import {
  actorReference,
  permissionsOf,
  requirePermission,
  requireRecentSignIn,
} from '../../identity/index.ts'
import { mayKnow } from '../../kernel/permit.ts'
import { microsFromIso } from '../../kernel/time.ts'
import type { Log } from '../../platform/log.ts'
import { problems } from '../problems.ts'
import { retentionClasses } from './classes.ts'
import type { Keeping } from './keeping.ts'
import { keepingProblems } from './problems.ts'
import { deletionView, erasureView, holdView, retentionView } from './views.ts'

const fhirId = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/, 'must be an id')
const reason = z.string().trim().min(3).max(1_000)
const limit = z.strictObject({
  class: z.enum(retentionClasses.map(({ id }) => id)),
  days: z.number().int().min(1).max(36_500).nullable(),
})
const time = z.iso.datetime({ offset: true }).transform((text) => microsFromIso(text) as number)
const newHold = z
  .strictObject({
    patient: fhirId,
    reason,
    from: time.nullable().default(null),
    to: time.nullable().default(null),
  })
  .refine((hold) => hold.from === null || hold.to === null || hold.from < hold.to, {
    path: ['to'],
    error: 'must be after from',
  })
const lift = z.strictObject({ reason })
const erase = z.strictObject({ reason, confirm: z.string(), rewriteFiles: z.boolean().optional() })
const numbered = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const ofPatient = z.object({ id: fhirId })

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const outcome = schema.safeParse(value)
  if (outcome.success) return outcome.data
  const issue = outcome.error.issues[0]!
  const where = issue.path.join('.')
  throw keepingProblems.invalid(`${where}: ${issue.message}`, where)
}

/** `storage.view` looks, `storage.manage` decides what is kept and what is forgotten. */
const manager = (request: FastifyRequest): string =>
  actorReference(requirePermission(request, 'storage.manage'))

/** Nothing brings back what is erased, so a screen that was left open must not do it. */
const erasureMaxAgeS = 300
function eraser(request: FastifyRequest): string {
  const by = manager(request)
  if (request.actor?.kind === 'person') requireRecentSignIn(request, erasureMaxAgeS)
  return by
}

/** What is stored, for how long, under which holds, and what was deleted. */
export function keepingRoutes(deps: { readonly keeping: Keeping; readonly log: Log }): FastifyPluginAsync {
  const { keeping, log } = deps
  return async (app) => {
    const looks = (path: string, answer: () => Promise<unknown>) =>
      app.get(path, configuration(), async (request) => {
        requirePermission(request, 'storage.view')
        return answer()
      })
    type OfPatient = { readonly patient: string | null }
    const looksAtPatients = (path: string, answer: () => Promise<readonly OfPatient[]>) =>
      app.get(path, patientData({ polled: true }), async (request) => {
        requirePermission(request, 'storage.view')
        const rows = await answer()
        gave(request, { patients: rows.flatMap(({ patient }) => patient ?? []) })
        return rows
      })
    const limits = async () => (await keeping.retention.limits()).map(retentionView)
    looks('/api/storage', () => keeping.storage.current())
    looks('/api/storage/retention', limits)
    looksAtPatients('/api/storage/holds', async () => (await keeping.holds.list()).map(holdView))
    looks('/api/storage/deletions', async () => (await keeping.deletions(null)).map(deletionView))
    looksAtPatients('/api/storage/erasures', async () => (await keeping.erasure.list(100)).map(erasureView))

    app.get('/api/storage/erasures/:id', patientData({ polled: true }), async (request) => {
      requirePermission(request, 'storage.view')
      const erasure = erasureView(await keeping.erasure.find(parsed(numbered, request.params).id))
      gave(request, { patients: [erasure.patient] })
      return erasure
    })

    app.put('/api/storage/retention', configuration(), async (request) => {
      const by = manager(request)
      const { class: id, days } = parsed(limit, request.body)
      await keeping.retention.set(id, days, by)
      return limits()
    })

    app.post('/api/storage/holds', configuration(), async (request, reply) => {
      const by = manager(request)
      const hold = parsed(newHold, request.body)
      gave(request, { patients: [hold.patient] })
      reply.code(201)
      return holdView(await keeping.holds.place({ ...hold, by }))
    })

    app.post('/api/storage/holds/:id/lift', configuration(), async (request) => {
      const by = manager(request)
      const { id } = parsed(numbered, request.params)
      const hold = holdView(await keeping.holds.lift(id, by, parsed(lift, request.body).reason))
      gave(request, { patients: [hold.patient] })
      return hold
    })

    app.post(
      '/api/patients/:id/erase-telemetry',
      patientData({ kind: 'erasure', action: 'D' }),
      async (request, reply) => {
        const by = eraser(request)
        const { id } = parsed(ofPatient, request.params)
        const body = parsed(erase, request.body)
        if (body.confirm !== id) throw keepingProblems.notConfirmed()
        const rewrite = body.rewriteFiles === undefined ? {} : { rewrite: body.rewriteFiles }
        const begun = await keeping.erasure.begin({ patient: id, reason: body.reason, by, ...rewrite })
        keeping.erasure.run(begun).catch((error: Error) => {
          log.error(
            { erasure: begun.id, error: error.name },
            'an erasure was cut off; the next run goes on with it',
          )
        })
        reply.code(202)
        return erasureView(begun)
      },
    )

    app.get('/api/patients/:id/telemetry-deletions', patientData(), async (request) => {
      const actor = requirePermission(request, 'monitoring.view', 'own-record.view', 'storage.view')
      const { id } = parsed(ofPatient, request.params)
      const may = mayKnow(requirePermit(request), id) || permissionsOf(actor).has('storage.view')
      if (!may) throw problems.unknownPatient()
      return (await keeping.deletions(id)).map(deletionView)
    })
  }
}
