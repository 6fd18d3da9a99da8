/** SMART's own client library in an app of somebody else: launched alone, signed in by the patient, reading what was granted. */
import { createServer, type Server } from 'node:http'
import FHIR from 'fhirclient'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../src/platform/postgres/database.ts'
import { createBrowser, signIn } from '../identity-server.ts'
import { type RunningServer, startServer } from './server.ts'

let server: RunningServer
let app: Server
let appUrl: string
const sessions = new Map<string, unknown>()
/** The library keeps the launch here between two requests of one browser. */
const storage = {
  get: async (key: string) => sessions.get(key),
  set: async (key: string, value: unknown) => {
    sessions.set(key, value)
    return value
  },
  unset: async (key: string) => sessions.delete(key),
}

beforeAll(async () => {
  server = await startServer()
  app = createServer(async (request, response) => {
    try {
      const smart = FHIR(request as never, response as never, storage as never)
      if (request.url === '/launch') {
        await smart.authorize({
          ...{ clientId: 'their-app', redirectUri: `${appUrl}/back`, iss: server.runtime.fhir },
          scope: 'openid fhirUser launch/patient patient/Patient.rs patient/Observation.rs',
        })
        return
      }
      const client = await smart.ready()
      const patient = await client.request(`Patient/${client.patient.id}`)
      const readings = await client.request(`Observation?patient=${client.patient.id}&_count=5`)
      const condition = await client.request(`Condition?patient=${client.patient.id}`).then(
        () => 'given',
        (error: { statusCode?: number }) => error.statusCode,
      )
      response.end(JSON.stringify({ patient, readings, condition, user: client.user.fhirUser }))
    } catch (error) {
      response.statusCode = 500
      response.end(String((error as Error).stack))
    }
  })
  await new Promise<void>((done) => app.listen(0, '127.0.0.1', done))
  appUrl = `http://127.0.0.1:${(app.address() as { port: number }).port}`
  const db = openDatabase(server.runtime.databaseUrl, { maxConnections: 1 })
  await db.query(
    `INSERT INTO oauth_client (id, name, scopes, redirect_uris, disabled, created_at)
     VALUES ('their-app', 'Their app', '{patient/*.rs}', $1, false, now())`,
    [[`${appUrl}/back`]],
  )
  await db.close()
}, 120_000)
afterAll(async () => {
  await new Promise((done) => app.close(done))
  await server.remove()
})

it('reads the patient who signed in and their readings, and no more than was granted', async () => {
  const launch = await fetch(`${appUrl}/launch`, { redirect: 'manual' })
  const authorization = new URL(launch.headers.get('location') ?? '')
  expect(authorization.searchParams.get('code_challenge_method')).toBe('S256')
  const person = server.demo.users.find(({ role }) => role === 'patient')!
  const back = await signIn(createBrowser(server.runtime.url), authorization, person)
  const cookie = launch.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const answer = await fetch(back, { headers: { cookie } })
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  const { patient, readings, condition, user } = JSON.parse(text)
  const { id } = patient
  expect(patient.resourceType).toBe('Patient')
  expect(user).toContain(`Patient/${id}`)
  expect(readings.entry.length).toBe(5)
  for (const { resource } of readings.entry) expect(resource.subject.reference).toBe(`Patient/${id}`)
  expect(condition).toBe(403)
})
