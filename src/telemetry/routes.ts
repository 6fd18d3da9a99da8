import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { patientData } from '../audit/index.ts'
import { requirePermit } from '../consent/index.ts'
import { requirePermission } from '../identity/index.ts'
import { findMetric } from '../kernel/metrics/index.ts'
import { mayKnow } from '../kernel/permit.ts'
import { isoFromMicros, type Micros, microsFromIso, microsFromMs } from '../kernel/time.ts'
import type { Trend } from './contract.ts'
import { intervalOfDate } from './observation/dates.ts'
import { permittedTelemetry } from './permitted.ts'
import { problems } from './problems.ts'
import { streamReadings } from './reading-stream.ts'
import { readTimeInRange } from './rollups/time-in-range.ts'
import type { TelemetryStore } from './telemetry.ts'
import { readTrend } from './trend.ts'

const longestWaveformUs = 600_000_000

export const time = z.string().transform((text, context): Micros => {
  const plain = text.replace(' ', '+')
  const found = /^\d+(\.\d+)?$/.test(plain)
    ? microsFromMs(Number(plain))
    : (microsFromIso(plain) ?? (intervalOfDate(plain)?.from as Micros | undefined))
  if (found !== undefined) return found
  context.addIssue({ code: 'custom', message: 'must be an ISO 8601 time or milliseconds since 1970' })
  return z.NEVER
})
export const metric = z.string().min(1).max(64)
const range = z.object({ metric, from: time, to: time })
const streamQuery = z.object({
  metric: z.union([metric.transform((one) => [one]), z.array(metric)]).optional(),
  from: time,
  to: time,
})
const trendQuery = range.extend({ points: z.coerce.number().int().min(10).max(4_000).default(1_000) })

export function parse<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw problems.badQuery(`${issue.path.join('.')}: ${issue.message}`, issue.path.join('.'))
}

/** The patient of the path, where the caller may see anything of them, and what may be seen. */
function permitted(store: TelemetryStore, request: FastifyRequest) {
  requirePermission(request, 'monitoring.view', 'own-record.view')
  const permit = requirePermit(request)
  const { id } = request.params as { id: string }
  if (!mayKnow(permit, id)) throw problems.unknownPatient()
  return { patient: id, telemetry: permittedTelemetry(store, permit) }
}

/** Trends, series and waveforms of a patient, for the web app and for scripts. */
export function telemetryRoutes(deps: { readonly telemetry: TelemetryStore }): FastifyPluginAsync {
  return async (app) => {
    app.get('/api/patients/:id/trend', patientData({ polled: true }), async (request, reply) => {
      const { patient, telemetry } = permitted(deps.telemetry, request)
      const query = parse(trendQuery, request.query)
      const name = findMetric(query.metric)?.id ?? query.metric
      const trend = await readTrend(telemetry, { ...query, metric: name, patient })
      if (!/\btext\/csv\b/.test(request.headers.accept ?? '')) return trend
      reply.header('content-disposition', `attachment; filename="${name.replace(/[^a-z0-9-]/g, '_')}.csv"`)
      return reply.type('text/csv; charset=utf-8').send(csvOf(trend))
    })

    app.get('/api/patients/:id/time-in-range', patientData({ polled: true }), async (request) => {
      const { patient, telemetry } = permitted(deps.telemetry, request)
      const query = parse(range, request.query)
      const name = findMetric(query.metric)?.id ?? query.metric
      return readTimeInRange(telemetry, { ...query, metric: name, patient })
    })

    app.get('/api/patients/:id/telemetry.ndjson', patientData({ kind: 'export' }), async (request, reply) => {
      const { patient, telemetry } = permitted(deps.telemetry, request)
      const { metric: metrics, ...query } = parse(streamQuery, request.query)
      const names = metrics?.map((name) => findMetric(name)?.id ?? name)
      const lines = streamReadings(telemetry, { ...query, patient, ...(names ? { metrics: names } : {}) })
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(lines, { objectMode: true }))
    })

    app.get('/api/patients/:id/series', patientData({ polled: true }), async (request) => {
      const { patient, telemetry } = permitted(deps.telemetry, request)
      return telemetry.seriesOfPatient(patient).flatMap((series) =>
        telemetry.spans(series.id).map((span) => ({
          metric: series.metric,
          device: series.device,
          unit: findMetric(series.metric)?.unit ?? '1',
          firstAt: isoFromMicros(span.firstAt),
          lastAt: isoFromMicros(span.lastAt),
          kind: span.kind === 'waveform' ? 'waveform' : (findMetric(series.metric)?.kind ?? 'numeric'),
        })),
      )
    })

    app.get('/api/patients/:id/waveform', patientData({ polled: true }), async (request) => {
      const { patient, telemetry } = permitted(deps.telemetry, request)
      const query = parse(range, request.query)
      if (query.to - query.from > longestWaveformUs) {
        throw problems.badQuery('A request may ask for at most ten minutes of waveform.', 'to')
      }
      const name = findMetric(query.metric)?.id ?? query.metric
      const series = telemetry.seriesOfPatient(patient).filter((one) => one.metric === name)
      const found = await Promise.all(series.map((one) => telemetry.waveform(one.id, query.from, query.to)))
      const chunks = found.flat().sort((a, b) => a.startAt - b.startAt)
      return {
        metric: name,
        unit: findMetric(name)?.unit ?? '1',
        chunks: chunks.map(({ startAt, rateHz, scale, offset, samples }) => ({
          startAt: startAt / 1_000,
          rateHz,
          scale,
          offset,
          samples: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64'),
        })),
      }
    })
  }
}

function csvOf(trend: Trend): string {
  const lines = trend.timesMs.map((ms, i) => `${isoFromMicros(microsFromMs(ms))},${trend.values[i] ?? ''}`)
  return [`time,${trend.metric} (${trend.unit})`, ...lines, ''].join('\r\n')
}
