import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { gave, gaveNothing, nothing, patientData } from '../../audit/index.ts'
import { type PersonActor, requireActor, requirePermission } from '../../identity/index.ts'
import { mayKnow, seesAllOf } from '../../kernel/permit.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import { type AccessView, type BrokenGlassView, breakGlassReasons } from '../contract.ts'
import { parsed, patientOf } from '../parse-request.ts'
import { requirePermit } from '../plugin.ts'
import { problems } from '../problems.ts'
import { type Breaker, type BreakGlassService, reviewWithinUs } from './break-glass.ts'
import type { EmergencySearch } from './find-patient.ts'
import type { BreakGlassRow } from './store.ts'

const newBreakGlass = z.strictObject({
  reason: z.enum(breakGlassReasons),
  explanation: z.string().trim().min(10).max(500),
  minutes: z.number().int().min(5).max(240),
})
const numbered = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })
const statement = z.strictObject({ statement: z.string().trim().min(10).max(2_000) })
const verdict = z.strictObject({
  outcome: z.enum(['justified', 'not-justified']),
  note: z.string().trim().min(3).max(2_000),
})
const listQuery = z.object({ state: z.enum(['open', 'to-review', 'all']).default('all') })
const search = z.union([
  z.strictObject({ family: z.string().trim().min(1).max(200), birthDate: z.iso.date() }),
  z.strictObject({ identifier: z.string().trim().min(3).max(200) }),
])

export interface BreakGlassRoutesDeps {
  readonly breakGlass: BreakGlassService
  readonly clock: Clock
  readonly search: EmergencySearch
  readonly patientName: (id: string) => Promise<string | undefined>
  /** Tells whoever oversees privacy, now. */
  readonly notify: () => void
}

/** People who treat; an app in their name cannot break a glass. */
function treating(request: FastifyRequest): PersonActor {
  const actor = requireActor(request)
  const treats =
    actor.kind === 'person' && actor.roles.some((role) => role === 'nurse' || role === 'physician')
  if (!treats || actor.kind !== 'person' || actor.app !== undefined)
    throw problems.notForYou('Only nurses and physicians break the glass, in their own sign-in.')
  return actor
}

const breakerOf = ({ fhirUser, name }: PersonActor): Breaker => ({ reference: fhirUser, name })

function officer(request: FastifyRequest): Breaker {
  const actor = requirePermission(request, 'break-glass.review')
  if (actor.kind !== 'person') throw problems.notForYou('A review is given by a person.')
  return breakerOf(actor)
}

/** Its entry is in the transaction that did it. */
const written = nothing('written in the transaction that did it')

export function breakGlassRoutes(deps: BreakGlassRoutesDeps): FastifyPluginAsync {
  const { breakGlass } = deps
  const view = async (row: BreakGlassRow): Promise<BrokenGlassView> =>
    viewOf(row, (await deps.patientName(row.patient)) ?? row.patient, deps.clock.now())
  return async (app) => {
    app.get(
      '/api/patients/:id/access',
      nothing('says only whether the asker may see'),
      async (request): Promise<AccessView> => {
        const actor = requireActor(request)
        const permit = requirePermit(request)
        const patient = patientOf(request)
        const now = breakGlass.of(permit.actor, deps.clock.now()).find((one) => one.patient === patient)
        const treats =
          actor.kind === 'person' && actor.roles.some((role) => role === 'nurse' || role === 'physician')
        return {
          may: seesAllOf(permit, patient) ? 'all' : mayKnow(permit, patient) ? 'part' : 'nothing',
          purpose: permit.purposeFor([patient]),
          brokenUntil: now ? isoFromMicros(now.endsAt) : null,
          mayBreakGlass: treats && actor.app === undefined && !now && !seesAllOf(permit, patient),
        }
      },
    )

    app.post('/api/break-glass/find', nothing('written with its result'), async (request) => {
      const actor = treating(request)
      return deps.search.find(breakerOf(actor), requirePermit(request), parsed(search, request.body))
    })

    app.post(
      '/api/patients/:id/break-glass',
      patientData({ kind: 'break-glass' }),
      async (request, reply) => {
        const actor = treating(request)
        const patient = patientOf(request)
        const given = parsed(newBreakGlass, request.body)
        if ((await deps.patientName(patient)) === undefined) throw problems.unknownPatient()
        if (seesAllOf(requirePermit(request), patient)) throw problems.glassNotNeeded()
        const row = await breakGlass.break(breakerOf(actor), patient, given)
        deps.notify()
        gaveNothing(request)
        reply.code(201)
        return view(row)
      },
    )

    app.get('/api/break-glass', patientData({ polled: true }), async (request) => {
      const { state } = parsed(listQuery, request.query)
      const actor = requireActor(request)
      const oversees = actor.kind === 'person' && request.permit?.purpose === 'HOPERAT'
      if (oversees) officer(request)
      const own = oversees ? {} : { actor: treating(request).fhirUser }
      const rows = await breakGlass.list({ ...own, state })
      gave(request, { patients: [...new Set(rows.map(({ patient }) => patient))] })
      return Promise.all(rows.map(view))
    })

    app.post('/api/break-glass/:id/end', written, async (request) =>
      view(await breakGlass.end(parsed(numbered, request.params).id, breakerOf(treating(request)))),
    )
    app.post('/api/break-glass/:id/statement', written, async (request) => {
      const { statement: text } = parsed(statement, request.body)
      return view(
        await breakGlass.state(parsed(numbered, request.params).id, breakerOf(treating(request)), text),
      )
    })
    app.post('/api/break-glass/:id/review', written, async (request) => {
      const by = officer(request)
      const given = parsed(verdict, request.body)
      return view(await breakGlass.review(parsed(numbered, request.params).id, by, given))
    })
  }
}

function viewOf(row: BreakGlassRow, patientName: string, now: Micros): BrokenGlassView {
  const dueAt = (row.began_at + reviewWithinUs) as Micros
  const { reviewed_by: by, reviewed_at: at, outcome, note } = row
  return {
    id: row.id,
    actor: { reference: row.actor, name: row.actor_name },
    patient: { id: row.patient, name: patientName },
    reason: row.reason,
    explanation: row.explanation,
    beganAt: isoFromMicros(row.began_at),
    endsAt: isoFromMicros(row.ends_at),
    endedAt: row.ended_at === null ? null : isoFromMicros(row.ended_at),
    statement: row.statement,
    review:
      by !== null && at !== null && outcome !== null
        ? { by, at: isoFromMicros(at), outcome, note: note ?? '' }
        : null,
    reviewDueAt: isoFromMicros(dueAt),
    overdue: at === null && now > dueAt,
  }
}
