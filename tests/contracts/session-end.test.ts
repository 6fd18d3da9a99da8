import fastify, { type FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { accessEnded } from '../../src/identity/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { silentLog } from '../../src/platform/log.ts'
import { createLiveHub, createTelemetry, liveRoutes, telemetryMigrations } from '../../src/telemetry/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type IdentityServer, identityServer } from '../identity-server.ts'
import { nurse, type WebApp, webApp } from '../identity-web-app.ts'
import { simplePermit } from '../permits.ts'

let server: IdentityServer
let app: WebApp
let db: TestDatabase
let live: FastifyInstance
const closing: (() => unknown)[] = []
beforeAll(async () => {
  server = await identityServer()
  await server.identity.createPerson({ ...nurse, name: 'Nora Nurse', roles: ['nurse'], id: 'nora' })
  app = await webApp(server)
  db = await testDatabase([telemetryMigrations])
  const parts = { db, clock: systemClock, log: silentLog, metrics: new Registry() }
  const telemetry = await createTelemetry(parts)
  const hub = createLiveHub({ telemetry, clock: systemClock, metrics: new Registry() })
  live = fastify()
  await live.register(
    liveRoutes({
      hub,
      clock: systemClock,
      authenticate: server.identity.authenticate,
      permitOf: simplePermit,
      onAccessEnded: (listener) => server.bus.subscribe(accessEnded, ({ id }) => listener(id)),
    }),
  )
  await live.listen({ port: 0, host: '127.0.0.1' })
  closing.push(hub.close, () => live.close(), telemetry.close, db.drop, server.stop)
})
afterAll(async () => {
  for (const close of closing) await close()
})

/** A live screen that is signed in; `closed` is when its socket ends. */
async function screen() {
  const token = (await app.signedIn()).tokens.access_token
  const { port } = live.server.address() as { port: number }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const closed = new Promise<{ code: number; atMs: number }>((done) =>
    socket.once('close', (code) => done({ code, atMs: performance.now() })),
  )
  await new Promise<void>((done) => socket.once('message', () => done()))
  return { token, socket, closed }
}

it('the live screens of a session end with it, within a second, and those of others go on', async () => {
  const lost = await screen()
  const mine = await screen()
  const began = performance.now()
  const answer = await fetch(`${server.url}/api/account/sessions`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${mine.token}` },
  })
  expect(await answer.json()).toEqual({ ended: 1 })
  const { code, atMs } = await lost.closed
  expect(code).toBe(4001)
  expect(atMs - began).toBeLessThan(1_000)
  expect(mine.socket.readyState).toBe(WebSocket.OPEN)
  mine.socket.terminate()
})
