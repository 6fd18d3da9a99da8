/** Every standing at every door, for a patient they treat, and for one they do not; what is refused is in the audit. */
import { createHash } from 'node:crypto'
import type { AuditEvent, Bundle } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConsentFormView } from '../../src/consent/contract.ts'
import type { Board } from '../../src/monitoring/contract.ts'
import { openDatabase } from '../../src/platform/postgres/database.ts'
import { asking, type SignedIn, signInAs } from './people.ts'
import { type RunningServer, startServer } from './server.ts'

const roles = [
  'nurse',
  'physician',
  'patient',
  'privacy',
  'biomed',
  'admin',
  'system',
  'research',
  'stranger',
]
const secret = 'a research secret of some length'
let server: RunningServer
let system: SignedIn
let treated: string
let other: string
const who = new Map<string, SignedIn>()

beforeAll(async () => {
  server = await startServer()
  const { url, databaseUrl } = server.runtime
  system = asking(url, await server.token())
  for (const role of roles.slice(0, 6)) who.set(role, await signInAs(server, role))
  who.set('system', system)
  who.set('stranger', asking(url, 'x'.repeat(43)))
  who.set('research', asking(url, await researchToken(url, databaseUrl)))
  treated = (await who.get('patient')!.get<{ patient: string }>('/api/me')).patient
  // In the record, but on no ward and with nobody who treats them.
  other = (
    await system.post<{ id: string }>('/fhir/R4/Patient', {
      resourceType: 'Patient',
      name: [{ family: 'Apart' }],
    })
  ).id
  await system.post('/fhir/R4/Observation', {
    ...{ resourceType: 'Observation', status: 'final', subject: { reference: `Patient/${other}` } },
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    valueQuantity: { value: 71 },
  })
}, 120_000)
afterAll(() => server.remove())

async function researchToken(url: string, databaseUrl: string): Promise<string> {
  const db = openDatabase(databaseUrl, { maxConnections: 1 })
  const hash = createHash('sha256').update(secret).digest('base64url')
  await db.query(
    `INSERT INTO oauth_client (id, name, secret_sha256, scopes, redirect_uris, disabled, created_at, purpose)
     VALUES ('research', 'Research', $1, '{system/*.rs}', '{}', false, now(), 'HRESCH')`,
    [hash],
  )
  await db.close()
  const answer = await fetch(new URL('/oauth/token', url), {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`research:${encodeURIComponent(secret)}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials&scope=system%2F*.rs',
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

const range = () => `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date().toISOString()}`
/** A search that finds something is `some`, one that is answered with nothing is `none`. */
async function found(asker: SignedIn, path: string): Promise<string> {
  const { status, body } = await asker.ask(path)
  return status === 200 ? ((body as Bundle).total === 0 ? 'none' : 'some') : String(status)
}
async function doors(role: string, id: string) {
  const asker = who.get(role)!
  const status = async (path: string) => String((await asker.ask(path)).status)
  const board = await asker.ask('/api/board')
  return {
    patient: await status(`/fhir/R4/Patient/${id}`),
    everything: await status(`/fhir/R4/Patient/${id}/$everything?_count=1`),
    readings: await found(asker, `/fhir/R4/Observation?patient=${id}&_summary=count`),
    byPatient: await found(asker, `/fhir/R4/Encounter?patient._id=${id}&_summary=count`),
    trend: await status(`/api/patients/${id}/trend?metric=heart-rate&${range()}`),
    lines: await status(`/api/patients/${id}/telemetry.ndjson?${range()}`),
    monitoring: await status(`/api/patients/${id}/monitoring`),
    consents: await status(`/api/patients/${id}/consents`),
    board:
      board.status === 200
        ? (board.body as Board).tiles.some(({ patient }) => patient.id === id)
          ? 'there'
          : 'not there'
        : String(board.status),
  }
}
type Doors = Awaited<ReturnType<typeof doors>>

const all = (answer: string): Doors => ({
  ...{ patient: answer, everything: answer, readings: answer, byPatient: answer, trend: answer },
  ...{ lines: answer, monitoring: answer, consents: answer, board: answer },
})
const open: Doors = { ...all('200'), readings: 'some', byPatient: 'some', board: 'there' }
const hidden: Doors = { ...all('404'), readings: 'none', byPatient: 'none', board: 'not there' }
/** Their work needs no record of anybody, and the types themselves are closed to them. */
const noRecord: Doors = { ...hidden, patient: '403', everything: '403', readings: '403', byPatient: '403' }

const table: readonly (readonly [role: string, of: 'treated' | 'other', answers: Doors])[] = [
  ['nurse', 'treated', open],
  ['nurse', 'other', hidden],
  ['physician', 'treated', open],
  ['physician', 'other', hidden],
  ['patient', 'treated', open],
  ['patient', 'other', hidden],
  [
    'privacy',
    'treated',
    {
      ...noRecord,
      patient: '200',
      everything: '200',
      trend: '403',
      lines: '403',
      consents: '200',
    },
  ],
  ['biomed', 'treated', { ...noRecord, trend: '403', lines: '403' }],
  ['admin', 'treated', { ...noRecord, trend: '403', lines: '403' }],
  ['system', 'treated', open],
  ['system', 'other', { ...open, byPatient: 'none', board: 'not there' }],
  ['research', 'treated', hidden],
  ['research', 'other', hidden],
  ['stranger', 'treated', all('401')],
]

describe('at every door', () => {
  it.each(table)('%s, of a patient who is %s', async (role, of, answers) => {
    expect(await doors(role, of === 'treated' ? treated : other)).toEqual(answers)
  })

  it('research sees what a patient gave, and never who they are', async () => {
    const patient = who.get('patient')!
    const forms = await patient.get<ConsentFormView[]>('/api/consent-forms')
    const { version } = forms.find(({ id }) => id === 'research')!
    const given = await patient.post<{ id: string }>(`/api/patients/${treated}/consents`, {
      ...{ form: 'research', version, language: 'en', classes: ['vital-signs'] },
    })
    const research = who.get('research')!
    const search = `/fhir/R4/Observation?patient=${treated}&_summary=count`
    expect(await found(research, search)).toBe('some')
    expect(await found(research, `${search}&code=http://loinc.org|8867-4`)).toBe('some')
    expect((await research.ask(`/fhir/R4/Patient/${treated}`)).status).toBe(404)
    expect(await found(research, `/fhir/R4/Observation?patient=${other}&_summary=count`)).toBe('none')
    await patient.post(`/api/patients/${treated}/consents/${given.id}/withdraw`)
    expect(await found(research, search)).toBe('none')
  })

  it('every refusal left an entry: who, whose, and that nothing was shown', async () => {
    const { body } = await system.ask(`/fhir/R4/AuditEvent?patient=${other}&outcome=4&_count=200`)
    const events = ((body as Bundle<AuditEvent>).entry ?? []).map(({ resource }) => resource!)
    const refused = new Set(events.flatMap(({ agent }) => agent.map((one) => one.who?.reference ?? '')))
    for (const actor of ['Practitioner/demo-nurse', 'Practitioner/demo-physician', `Patient/${treated}`])
      expect([...refused]).toContain(actor)
  })
})
