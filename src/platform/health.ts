/** `/healthz` (the process answers), `/readyz` (it can serve, and what is wrong), `/metrics` (Prometheus). */
import type { FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'
import type { Clock } from './clock.ts'
import type { Jobs } from './jobs.ts'

export interface CheckResult {
  /** `down` takes this instance out of service; `degraded` is shown and goes on serving. */
  readonly state: 'ok' | 'degraded' | 'down'
  /** In words; never patient data. */
  readonly detail?: string
}

export type Check = () => Promise<CheckResult> | CheckResult

export interface HealthDeps {
  readonly clock: Clock
  readonly metrics: Registry
  /** By name, e.g. `database`, `mqtt`, `jobs`. One that throws or takes longer than 2 s is `down`. */
  readonly checks: Readonly<Record<string, Check>>
}

const patienceMs = 2_000
const operator = { gives: 'nothing', because: 'how the server runs; no words of a patient' } as const

export function healthRoutes({ clock, metrics, checks }: HealthDeps): FastifyPluginAsync {
  return async (app) => {
    app.get('/healthz', { config: { audit: operator } }, async () => ({ status: 'alive' }))

    app.get('/readyz', { config: { audit: operator } }, async (_request, reply) => {
      const named = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await inTime(clock, check)] as const),
      )
      const states = named.map(([, result]) => result.state)
      const status = states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'ready'
      return reply.code(status === 'down' ? 503 : 200).send({ status, checks: Object.fromEntries(named) })
    })

    app.get('/metrics', { config: { audit: operator } }, async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    )
  }
}

/** A job that failed or is overdue degrades the instance: it still serves, and a person should look. */
export const jobsCheck =
  (jobs: Jobs): Check =>
  () => {
    const wrong = jobs.status().filter((job) => job.state === 'failed' || job.state === 'overdue')
    if (wrong.length === 0) return { state: 'ok' }
    return { state: 'degraded', detail: wrong.map((job) => `${job.name} ${job.state}`).join(', ') }
  }

function inTime(clock: Clock, check: Check): Promise<CheckResult> {
  return new Promise((done) => {
    const cancel = clock.after(patienceMs, () =>
      done({ state: 'down', detail: `no answer in ${patienceMs} ms` }),
    )
    Promise.resolve()
      .then(check)
      // The error's text is for the log of whoever owns the check; here it could reach anyone.
      .catch((): CheckResult => ({ state: 'down', detail: 'the check failed' }))
      .then((result) => {
        cancel()
        done(result)
      })
  })
}
