import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { configuration, gave, patientData } from '../audit/index.ts'
import { requirePermit } from '../consent/index.ts'
import { actorReference, requireActor, requirePermission } from '../identity/index.ts'
import { dataOfAlarm, dataOfScores } from '../kernel/metrics/data-class.ts'
import type { DataOf } from '../kernel/patient-filter.ts'
import { mayKnow } from '../kernel/permit.ts'
import { ProblemError, type Result } from '../kernel/problem.ts'
import { microsFromIso } from '../kernel/time.ts'
import type { Monitoring } from './model.ts'
import { problems, refuse } from './problems.ts'

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/
const patientParams = z.object({ id: z.string().regex(idPattern, 'must be an id') })
const alarmParams = z.object({ id: z.uuid('must be an alarm id') })
const alarmQuery = z.object({
  patient: z
    .string()
    .transform((text) => text.replace(/^Patient\//, ''))
    .pipe(z.string().regex(idPattern, 'must be an id'))
    .optional(),
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['active', 'latched', 'cleared'], 'must be active, latched or cleared')))
    .optional(),
  since: z
    .string()
    .transform((text) => microsFromIso(text))
    .refine((time) => time !== undefined, 'must be an instant such as 2026-01-01T00:00:00Z')
    .optional(),
  inhibited: z.enum(['true', 'false'], 'must be true or false').optional(),
  limit: z.coerce.number('must be a number').int().min(1).max(1_000).default(200),
})
const scoreQuery = z.object({ score: z.literal('news2', 'must be news2').default('news2') })
const monitoringBody = z.object({
  limits: z.record(z.string().max(64), z.record(z.string().max(64), z.number().finite())),
  spo2Scale: z.union([z.literal(1), z.literal(2)]),
  version: z.number().int().min(0),
  reason: z.string().trim().min(1).max(500).optional(),
})

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  return refuse(problems.requestInvalid(issues.join('; ')))
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new ProblemError(result.problem)
}

const sees = (request: FastifyRequest, patient: string, data: DataOf): boolean =>
  requirePermit(request).covers([patient], data)

function visiblePatient(request: FastifyRequest): string {
  const { id } = parsed(patientParams, request.params)
  return sees(request, id, dataOfScores) ? id : refuse(problems.patientUnknown())
}

export function monitoringRoutes({ monitoring }: { readonly monitoring: Monitoring }): FastifyPluginAsync {
  return async (app) => {
    app.get('/alarms', patientData({ polled: true }), async (request) => {
      const permit = requirePermit(request)
      const { patient, state, since, inhibited, limit } = parsed(alarmQuery, request.query)
      if (patient !== undefined && !mayKnow(permit, patient)) {
        gave(request, { patients: [patient], outcome: 'refused' })
        return []
      }
      const found = await monitoring.alarms({
        permit,
        ...(patient === undefined ? {} : { patient }),
        limit,
        includeInhibited: inhibited === 'true',
        ...(state ? { states: state } : {}),
        ...(since === undefined ? {} : { since }),
      })
      gave(request, { patients: found.map((alarm) => alarm.patient) })
      return found
    })

    app.post('/alarms/:id/acknowledge', patientData({ kind: 'alarm', action: 'E' }), async (request) => {
      const actor = requirePermission(request, 'alarms.acknowledge')
      const { id } = parsed(alarmParams, request.params)
      const alarm = await monitoring.alarm(id)
      if (!alarm) return refuse(problems.alarmUnknown())
      gave(request, { patients: [alarm.patient] })
      if (!sees(request, alarm.patient, dataOfAlarm(alarm))) return refuse(problems.alarmUnknown())
      return unwrap(await monitoring.acknowledge(id, actorReference(actor)))
    })

    app.get('/alarms/:id/trail', patientData(), async (request) => {
      requireActor(request)
      const { id } = parsed(alarmParams, request.params)
      const alarm = await monitoring.alarm(id)
      if (!alarm) return refuse(problems.alarmUnknown())
      gave(request, { patients: [alarm.patient] })
      if (!sees(request, alarm.patient, dataOfAlarm(alarm))) return refuse(problems.alarmUnknown())
      return await monitoring.trail(alarm)
    })

    app.get('/api/board', patientData({ polled: true }), async (request) => {
      const board = monitoring.board(requirePermit(request))
      gave(request, { patients: board.tiles.map(({ patient }) => patient.id) })
      return board
    })

    app.get('/api/patients/:id/scores', patientData({ polled: true }), async (request) => {
      const patient = visiblePatient(request)
      parsed(scoreQuery, request.query)
      return monitoring.score(patient) ?? refuse(problems.scoreUnknown())
    })

    app.get('/api/patients/:id/monitoring', patientData({ polled: true }), async (request) =>
      monitoring.monitoringOf(visiblePatient(request)),
    )

    const settings = { ...patientData({ kind: 'alarm', action: 'U' }), bodyLimit: 64 * 1024 }
    app.put('/api/patients/:id/monitoring', settings, async (request) => {
      const actor = requirePermission(request, 'alarms.acknowledge')
      const patient = visiblePatient(request)
      const { reason, ...body } = parsed(monitoringBody, request.body)
      const by = { actor: actorReference(actor), reason: reason ?? null }
      return unwrap(await monitoring.changeMonitoring({ patient, ...body }, by))
    })

    app.get('/api/rules', configuration(), async (request) => {
      requireActor(request)
      return monitoring.rules()
    })
  }
}
