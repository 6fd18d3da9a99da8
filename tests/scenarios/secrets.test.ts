/** What nobody may read in a log, an answer or an address, looked for after all of it was used. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signInAs } from './people.ts'
import { type RunningServer, startServer } from './server.ts'

let server: RunningServer
const answers: string[] = []
const used = new Map<string, string>()

beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'trace' } })
}, 120_000)
afterAll(() => server.remove())

/** Every refusal, as it is answered. */
async function refused(path: string, init: RequestInit): Promise<void> {
  const answer = await fetch(new URL(path, server.runtime.url), init)
  expect(answer.status, path).toBeGreaterThanOrEqual(400)
  answers.push(`${path} ${[...answer.headers].join(' ')} ${await answer.text()}`)
}
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(user)}:${encodeURIComponent(password)}`).toString('base64')}`

it('no secret that was used stands in the log or in a refusal', async () => {
  const { users, clients } = server.demo
  for (const { role, password } of users) used.set(`password of ${role}`, password)
  for (const { id, secret } of clients) used.set(`secret of ${id}`, secret)
  const device = server.freeDevice(0)
  used.set('secret of a device', device.mqtt.password)
  const nurse = await signInAs(server, 'nurse')
  used.set('token of the nurse', nurse.token)
  used.set('token of an app', await server.token())
  const keys = join(server.home, 'keys')
  used.set('key of the ledger', JSON.parse(await readFile(join(keys, 'ledger.json'), 'utf8')).keys[0].d)

  await nurse.get('/api/board')
  const connected = await server.mqtt(device)
  await connected.endAsync()
  const wrong = 'a-wrong-secret-that-somebody-typed-1'
  used.set('a wrong secret', wrong)
  const token = { method: 'POST', body: 'grant_type=client_credentials', headers: {} }
  const form = 'application/x-www-form-urlencoded'
  await refused('/oauth/token', {
    ...token,
    headers: { authorization: basic(clients[0]!.id, wrong), 'content-type': form },
  })
  await refused('/telemetry', {
    method: 'POST',
    headers: { authorization: basic(device.id, wrong), 'content-type': 'application/senml+json' },
    body: '[]',
  })
  await refused('/fhir/R4/Patient', { headers: { authorization: `Bearer ${wrong}` } })
  await refused('/api/storage/retention', {
    method: 'PUT',
    headers: { authorization: `Bearer ${nurse.token}`, 'content-type': 'application/json' },
    body: '{"broken',
  })
  await refused(`/fhir/R4/Observation?access_token=${wrong}`, {})

  const asApp = { headers: { authorization: `Bearer ${await server.token()}` } }
  await fetch(`${server.runtime.fhir}/Observation?_count=1&access_token=${wrong}`, asApp)
  answers.push(`audit ${await (await fetch(`${server.runtime.fhir}/AuditEvent?_count=200`, asApp)).text()}`)

  const log = server.log()
  expect(log.length).toBeGreaterThan(1_000)
  const found = [...used].flatMap(([name, secret]) => [
    ...(log.includes(secret) ? [`${name} in the log`] : []),
    ...answers
      .filter((one) => one.slice(one.indexOf(' ')).includes(secret))
      .map(() => `${name} in an answer`),
  ])
  expect(found).toEqual([])
}, 60_000)
