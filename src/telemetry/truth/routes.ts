import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { patientData } from '../../audit/index.ts'
import { requirePermit } from '../../consent/index.ts'
import { actorReference, requirePermission } from '../../identity/index.ts'
import { dataOfMetric } from '../../kernel/metrics/data-class.ts'
import { findMetric } from '../../kernel/metrics/index.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import type { WithdrawnReadings } from '../contract.ts'
import { problems } from '../problems.ts'
import { metric, parse, time } from '../routes.ts'
import type { TelemetryChanges } from './changes.ts'

const params = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be an id') })
const withdrawal = z.strictObject({
  metric,
  device: z
    .string()
    .regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be an id')
    .optional(),
  from: time,
  to: time,
  reason: z.string().trim().min(1).max(500),
})

/** What a clinician says of readings after they were stored. */
export function truthRoutes(deps: { readonly changes: TelemetryChanges }): FastifyPluginAsync {
  return async (app) => {
    app.post(
      '/api/patients/:id/readings/entered-in-error',
      patientData({ action: 'U' }),
      async (request): Promise<WithdrawnReadings> => {
        const actor = requirePermission(request, 'readings.withdraw')
        const patient = parse(params, request.params).id
        const body = parse(withdrawal, request.body)
        const metricId = findMetric(body.metric)?.id ?? body.metric
        if (!requirePermit(request).covers([patient], dataOfMetric(metricId))) throw problems.unknownPatient()
        const change = await deps.changes.enterInError({
          ...body,
          metric: metricId,
          patient,
          // One moment is asked for as from it to it.
          to: (body.to === body.from ? body.from + 1 : body.to) as Micros,
          actor: actorReference(actor),
        })
        return {
          change: `Provenance/c-${change.id.toString(36)}`,
          readings: change.readings,
          from: isoFromMicros(change.from),
          to: isoFromMicros(change.to),
        }
      },
    )
  }
}
