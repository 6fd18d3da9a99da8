/** Who did what to whose data, seen from outside, in the whole server as it is started. */
import type { AuditEvent, Bundle, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditPage } from '../../src/audit/contract.ts'
import { type RunningServer, startServer } from './server.ts'

let server: RunningServer
let patient: string
let other: string
beforeAll(async () => {
  // A route that does not declare what it gives out would keep it from starting.
  server = await startServer()
  const [first, second] = server.demo.devices
  patient = first!.patient
  other = server.demo.devices.find((device) => device.patient !== patient)?.patient ?? second!.patient
}, 120_000)
afterAll(() => server.remove())

const fhir = async (path: string, init: { method?: string; body?: object; token?: string } = {}) => {
  const answer = await fetch(`${server.runtime.fhir}/${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${init.token ?? (await server.token())}`,
      'content-type': 'application/fhir+json',
    },
    ...(init.body ? { body: JSON.stringify(init.body) } : {}),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    request: answer.headers.get('x-request-id') ?? '',
    body: (text === '' ? {} : JSON.parse(text)) as Resource & { id: string },
  }
}

/** What an exchange left behind, by the request id it was answered with. */
const eventsOf = async (request: string): Promise<AuditEvent[]> => {
  const { body } = await fhir('AuditEvent?_sort=-date&_count=100')
  const events = ((body as unknown as Bundle<AuditEvent>).entry ?? []).map(({ resource }) => resource!)
  return events.filter(({ entity }) => entity?.some(({ what }) => what?.identifier?.value === request))
}
const patientsOf = (event: AuditEvent): string[] =>
  (event.entity ?? []).flatMap(({ role, what }) => (role?.code === '1' ? (what?.reference ?? []) : []))
const told = (event: AuditEvent) => [
  event.subtype?.[0]?.code,
  event.action,
  event.outcome,
  patientsOf(event).join(' '),
]

describe('the audit of a running server', () => {
  it('tells of reads, versions, histories, searches, everything and bundles whose data they gave', async () => {
    const mine = `Patient/${patient}`
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { request: { method: 'GET', url: mine } },
        { request: { method: 'GET', url: `Patient?_id=${other}` } },
      ],
    }
    const cases: [string, object | undefined, unknown[][]][] = [
      [mine, undefined, [['read', 'R', '0', mine]]],
      [`${mine}/_history/1`, undefined, [['read', 'R', '0', mine]]],
      [`${mine}/_history`, undefined, [['history', 'R', '0', mine]]],
      [`Observation?patient=${patient}&_count=3`, undefined, [['search', 'E', '0', mine]]],
      [`Observation?patient=${patient}&_count=3&_elements=status`, undefined, [['search', 'E', '0', mine]]],
      [`Condition?patient=${patient}&code=nothing`, undefined, [['search', 'E', '0', mine]]],
      ['Observation?code=nothing', undefined, [['search', 'E', '0', '']]],
      [`${mine}/$everything`, undefined, [['operation', 'E', '0', mine]]],
      [`Observation/$lastn?patient=${patient}`, undefined, [['search', 'E', '0', mine]]],
      [
        '',
        bundle,
        [
          ['read', 'R', '0', mine],
          ['search', 'E', '0', `Patient/${other}`],
        ],
      ],
      ['metadata', undefined, []],
    ]
    for (const [path, body, expected] of cases) {
      const { status, request } = await fhir(path, body ? { method: 'POST', body } : {})
      expect([path, status]).toEqual([path, 200])
      const events = await eventsOf(request)
      expect([path, events.map(told).sort()]).toEqual([path, expected.sort()])
    }
  })

  it('tells of writes with their versions, and of what was searched by its query', async () => {
    const flag = {
      ...{ resourceType: 'Flag', status: 'active', code: { text: 'falls' } },
      subject: { reference: `Patient/${patient}` },
    }
    const made = await fhir('Flag', { method: 'POST', body: flag })
    const [event] = await eventsOf(made.request)
    expect(event).toMatchObject({ action: 'C', type: { code: 'rest' }, agent: [{ requestor: true }] })
    expect(event?.entity?.map(({ what }) => what?.reference)).toContain(`Flag/${made.body.id}/_history/1`)
    const gone = await fhir(`Flag/${made.body.id}`, { method: 'DELETE' })
    expect((await eventsOf(gone.request)).map(told)).toEqual([['delete', 'D', '0', `Patient/${patient}`]])
    const asked = await fhir(`Flag?patient=${patient}&status=active`)
    const [search] = await eventsOf(asked.request)
    const query = search?.entity?.find(({ role }) => role?.code === '24')?.query ?? ''
    expect(Buffer.from(query, 'base64').toString()).toBe(`patient=${patient}&status=active`)
  })

  it('tells of refusals, and of strangers once in five minutes', async () => {
    const narrow = server.demo.clients.find(({ scope }) => scope !== 'system/*.cruds')
    const refused = await fhir('Flag', {
      ...{ method: 'POST', token: await server.token(narrow!.scope) },
      body: {
        resourceType: 'Flag',
        status: 'active',
        code: { text: 'x' },
        subject: { reference: `Patient/${patient}` },
      },
    })
    expect(refused.status).toBe(403)
    const [event] = await eventsOf(refused.request)
    expect(event).toMatchObject({ outcome: '4', outcomeDesc: 'forbidden' })
    const strangers = await Promise.all(
      [1, 2, 3].map(() => fetch(`${server.runtime.fhir}/Patient/${patient}`)),
    )
    const left = await Promise.all(strangers.map((answer) => eventsOf(answer.headers.get('x-request-id')!)))
    expect(left.flat().map(told)).toEqual([['read', 'R', '4', `Patient/${patient}`]])
  })

  it('is found by who, when and how, counted, and changed by no one', async () => {
    const total = async (query: string) =>
      ((await fhir(`AuditEvent?${query}&_summary=count`)).body as unknown as Bundle).total!
    expect(await total('outcome=4')).toBeGreaterThanOrEqual(2)
    expect(await total('type=rest&subtype=delete')).toBeGreaterThanOrEqual(1)
    expect(await total('subtype=urn:vitalwire:audit-kind|sign-in')).toBeGreaterThanOrEqual(1)
    expect(await total(`patient=Patient/${patient}&action=D`)).toBe(1)
    expect(await total('date=lt2020')).toBe(0)
    expect(await total('address=127.0.0&action=C')).toBeGreaterThanOrEqual(1)
    const { body } = await fhir('AuditEvent?_count=1')
    const one = (body as unknown as Bundle<AuditEvent>).entry![0]!.resource!
    expect(
      (await fhir(`AuditEvent/${one.id}`, { method: 'PUT', body: { ...one, action: 'R' } })).status,
    ).toBe(405)
    expect((await fhir(`AuditEvent/${one.id}`, { method: 'DELETE' })).status).toBe(405)
  })

  it('is valid FHIR, every kind of it', async () => {
    const { body } = await fhir('AuditEvent?_count=200')
    const events = ((body as unknown as Bundle<AuditEvent>).entry ?? []).map(({ resource }) => resource!)
    const kinds = new Map(events.map((event) => [event.subtype?.map(({ code }) => code).join(), event]))
    expect(kinds.size).toBeGreaterThan(6)
    for (const [kind, event] of kinds) {
      const { status, body: said } = await fhir('AuditEvent/$validate', { method: 'POST', body: event })
      expect([kind, status, (said as { issue?: { severity: string }[] }).issue?.[0]?.severity]).toEqual([
        ...[kind, 200, 'information'],
      ])
    }
  })

  it('tells of a live stream as it begins, narrows and ends, with everyone in view', async () => {
    const socket = new WebSocket(`${server.runtime.url.replace('http', 'ws')}/live`)
    await new Promise((open) => socket.addEventListener('open', open, { once: true }))
    const ready = new Promise((told) => socket.addEventListener('message', told, { once: true }))
    socket.send(JSON.stringify({ type: 'authenticate', token: await server.token() }))
    await ready
    socket.send(JSON.stringify({ type: 'subscribe', patients: [patient] }))
    const watches = async () =>
      (await server.get<AuditPage>(`/api/audit?kind=live&patient=${patient}`)).entries
        .filter(({ who }) => who?.reference.startsWith('ClientApplication/'))
        .map(({ what, patients }) => [what[1], patients.length > 1])
    await expect.poll(watches).toEqual([
      ['changed', false],
      ['began', true],
    ])
    socket.close()
    await expect.poll(watches).toEqual([
      ['ended', false],
      ['changed', false],
      ['began', true],
    ])
  })

  it('is read page by page in plain form, and a board that is asked again and again is one entry', async () => {
    for (let look = 0; look < 3; look++) await server.get('/api/board')
    const boards = (await server.get<AuditPage>('/api/audit?kind=read&count=200')).entries.filter(
      ({ what }) => what.includes('/api/board'),
    )
    expect(boards).toHaveLength(1)
    expect(boards[0]!.patients.length).toBeGreaterThan(3)
    const first = await server.get<AuditPage>(`/api/audit?patient=${patient}&count=2`)
    const second = await server.get<AuditPage>(`/api/audit?patient=${patient}&count=2&cursor=${first.next}`)
    expect(new Set([...first.entries, ...second.entries].map(({ id }) => id)).size).toBe(4)
  })
})
