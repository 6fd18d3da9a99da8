import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { FakeClock } from './clock.ts'
import { type Check, healthRoutes } from './health.ts'
import { createMetrics } from './metrics.ts'

function serverWith(checks: Record<string, Check>) {
  const clock = new FakeClock()
  const app = Fastify()
  app.register(healthRoutes({ clock, metrics: createMetrics({ version: '1.2.3' }), checks }))
  return { app, clock }
}
const fine: Check = () => ({ state: 'ok' })

describe('health', () => {
  it('says alive whatever the checks say', async () => {
    const { app } = serverWith({ database: () => ({ state: 'down' }) })
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'alive' })
  })

  it.each<[string, Check, number, string]>([
    ['all is well', fine, 200, 'ready'],
    ['something is degraded', () => ({ state: 'degraded', detail: 'tidy failed' }), 200, 'degraded'],
    ['something is down', async () => ({ state: 'down' }), 503, 'down'],
    ['a check throws', () => Promise.reject(new Error('postgres://user:hush@')), 503, 'down'],
  ])('is ready or not: %s', async (_name, check, code, status) => {
    const answer = await serverWith({ broker: fine, database: check }).app.inject('/readyz')
    expect([answer.statusCode, answer.json().status]).toEqual([code, status])
    expect(answer.json().checks.broker).toEqual({ state: 'ok' })
    expect(answer.body).not.toContain('hush')
  })

  it('does not wait for a check that hangs', async () => {
    let asked = () => {}
    const begun = new Promise<void>((done) => {
      asked = done
    })
    const hang = () => {
      asked()
      return new Promise<never>(() => {})
    }
    const { app, clock } = serverWith({ database: hang })
    const answer = app.inject('/readyz')
    await begun
    clock.advanceMs(2_000)
    expect((await answer).json().checks.database).toEqual({ state: 'down', detail: 'no answer in 2000 ms' })
  })

  it('shows Prometheus which build this is', async () => {
    const answer = await serverWith({}).app.inject('/metrics')
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.body).toContain('vitalwire_build_info{version="1.2.3"')
  })
})
