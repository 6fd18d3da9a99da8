/** A patient keeps data from one nurse while her screen is open, and what an emergency does to that. */
import type { Bundle } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  AccessPreview,
  AccessView,
  BrokenGlassView,
  ConsentFormView,
  ConsentView,
  PartyView,
} from '../../src/consent/contract.ts'
import { dataClasses } from '../../src/kernel/data-class.ts'
import type { Board } from '../../src/monitoring/contract.ts'
import { asking, type Heard, listen, type SignedIn, signInAs } from './people.ts'
import { type RunningServer, startServer } from './server.ts'

let server: RunningServer
let patient: SignedIn
let nurse: SignedIn
let physician: SignedIn
let officer: SignedIn
let id: string
beforeAll(async () => {
  server = await startServer()
  patient = await signInAs(server, 'patient')
  nurse = await signInAs(server, 'nurse')
  physician = await signInAs(server, 'physician')
  officer = await signInAs(server, 'privacy')
  id = (await patient.get<{ patient: string }>('/api/me')).patient
}, 120_000)
afterAll(() => server.remove())

const until = async (holds: () => boolean | Promise<boolean>, limitMs = 15_000) => {
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not come to that in time')
    await new Promise((done) => setTimeout(done, 50))
  }
}
const ofPatient = (heard: readonly Heard[]) =>
  heard.filter(({ message }) => message.type === 'reading' && message.patient === id)
const total = async (who: SignedIn) =>
  (await who.get<Bundle>(`/fhir/R4/Observation?patient=${id}&_summary=count`)).total
const seesOnBoard = async (who: SignedIn) =>
  (await who.get<Board>('/api/board')).tiles.some((tile) => tile.patient.id === id)

/** What each door answers about the patient: what is seen, or that there is none. */
async function doors(who: SignedIn) {
  const from = new Date(Date.now() - 3_600_000).toISOString()
  const to = new Date().toISOString()
  return {
    patient: (await who.ask(`/fhir/R4/Patient/${id}`)).status,
    search: ((await who.get<Bundle>(`/fhir/R4/Patient?_id=${id}`)).entry ?? []).length,
    everything: (await who.ask(`/fhir/R4/Patient/${id}/$everything?_count=1`)).status,
    observations: (await total(who)) === 0 ? 'none' : 'some',
    chained: ((await who.get<Bundle>(`/fhir/R4/Encounter?patient._id=${id}`)).entry ?? []).length,
    trend: (await who.ask(`/api/patients/${id}/trend?metric=heart-rate&from=${from}&to=${to}`)).status,
    series: (await who.ask(`/api/patients/${id}/series`)).status,
    scores: (await who.ask(`/api/patients/${id}/scores`)).status,
    board: await seesOnBoard(who),
  }
}
const open = {
  ...{ patient: 200, search: 1, everything: 200, observations: 'some', chained: 1 },
  ...{ trend: 200, series: 200, scores: 200, board: true },
}
const shut = {
  ...{ patient: 404, search: 0, everything: 404, observations: 'none', chained: 0 },
  ...{ trend: 404, series: 404, scores: 404, board: false },
}

describe('a patient who keeps data from one nurse', () => {
  let choice: { form: string; version: string; language: string; who: string; classes: string[] }
  let given: ConsentView

  it('is shown first who would see less, and reads what it means in their language', async () => {
    const forms = await patient.get<ConsentFormView[]>('/api/consent-forms?language=de-AT')
    const form = forms.find((one) => one.id === 'keep-from-person')!
    expect(form).toMatchObject({ language: 'de', title: 'Daten vor einer Person verbergen' })
    const parties = await patient.get<PartyView[]>(`/api/patients/${id}/consents/parties`)
    const nadia = parties.find((party) => party.kind === 'person' && party.role === 'nurse')!
    choice = {
      ...{ form: form.id, version: form.version, language: 'de', who: nadia.id },
      classes: Object.keys(dataClasses),
    }
    const preview = await patient.post<AccessPreview>(`/api/patients/${id}/consents/preview`, choice)
    expect(preview.lose).toEqual([{ name: nadia.name, classes: 'all' }])
    expect(preview.gain).toEqual([])
    const vital = preview.classes.find(({ dataClass }) => dataClass === 'vital-signs')!
    expect(vital.after).toBe(vital.before - 1)
    expect(await doors(nurse)).toEqual(open)
  })

  it('stops her open stream within a second, and nobody else’s', async () => {
    const [hers, his] = [await listen(server, nurse.token), await listen(server, physician.token)]
    await until(() => ofPatient(hers.heard).length > 3)
    const askedAtMs = performance.now()
    given = await patient.post<ConsentView>(`/api/patients/${id}/consents`, choice)
    const before = ofPatient(his.heard).length
    await until(() => ofPatient(his.heard).length > before + 5)
    const last = ofPatient(hers.heard).at(-1)!.atMs
    expect(last - askedAtMs).toBeLessThan(1_000)
    expect(performance.now() - last).toBeGreaterThan(1_000)
    // Others of her ward go on, and her screen is told to ask again.
    expect(hers.heard.some(({ atMs, message }) => atMs > last && message.type === 'reading')).toBe(true)
    expect(hers.heard.some(({ message }) => message.type === 'revised' && message.patient === id)).toBe(true)
    hers.close()
    his.close()
  })

  it('closes every door to her, and none to others', async () => {
    expect(await doors(nurse)).toEqual(shut)
    expect(await doors(physician)).toEqual(open)
    expect(await doors(patient)).toMatchObject({ patient: 200, observations: 'some', series: 200 })
    expect(await nurse.get<AccessView>(`/api/patients/${id}/access`)).toMatchObject({
      ...{ may: 'nothing', mayBreakGlass: true, brokenUntil: null },
    })
  })

  it('cannot be undone by her, nor decided by another', async () => {
    const withdraw = `/api/patients/${id}/consents/${given.id}/withdraw`
    expect((await nurse.ask(withdraw, {})).status).toBe(404)
    expect((await physician.ask(withdraw, {})).status).toBe(403)
    expect((await officer.ask(`/api/patients/${id}/consents`, choice)).status).toBe(403)
    const old = { ...choice, version: '2020-01' }
    expect((await patient.ask(`/api/patients/${id}/consents`, old)).status).toBe(409)
  })

  it('opens in an emergency, with a reason, for a time, and everyone concerned is told', async () => {
    const url = `/api/patients/${id}/break-glass`
    expect((await nurse.ask(url, { reason: 'emergency', explanation: 'short', minutes: 30 })).status).toBe(
      400,
    )
    const explanation = 'Found unresponsive on the floor, no colleague within reach.'
    const watching = await listen(server, officer.token)
    const glass = await nurse.post<BrokenGlassView>(url, { reason: 'emergency', explanation, minutes: 30 })
    expect(await doors(nurse)).toEqual(open)
    await until(() => watching.heard.some(({ message }) => message.type === 'notice'))
    watching.close()
    const due = await officer.get<BrokenGlassView[]>('/api/break-glass?state=to-review')
    expect(due).toMatchObject([{ id: glass.id, explanation, review: null, overdue: false }])
    const { body } = await asking(server.runtime.url, await server.token()).ask(
      `/fhir/R4/AuditEvent?patient=${id}&_sort=-date&_count=50`,
    )
    expect(JSON.stringify(body)).toContain('"BTG"')

    expect(
      (await nurse.ask(`/api/break-glass/${glass.id}/review`, { outcome: 'justified', note: 'mine' })).status,
    ).toBe(403)
    await nurse.post(`/api/break-glass/${glass.id}/end`)
    expect(await doors(nurse)).toEqual(shut)
    const verdict = { outcome: 'justified', note: 'Right to do.' }
    await officer.post(`/api/break-glass/${glass.id}/review`, verdict)
    expect((await officer.ask(`/api/break-glass/${glass.id}/review`, verdict)).status).toBe(409)
    expect(await officer.get('/api/break-glass?state=to-review')).toEqual([])
  })

  it('holds after a kill -9, and ends by the patient’s word', async () => {
    await server.kill()
    server = await server.again()
    nurse = asking(server.runtime.url, nurse.token)
    patient = asking(server.runtime.url, patient.token)
    expect(await doors(nurse)).toEqual(shut)
    await patient.post(`/api/patients/${id}/consents/${given.id}/withdraw`)
    expect(await doors(nurse)).toEqual(open)
    const [shown] = await patient.get<ConsentView[]>(`/api/patients/${id}/consents?language=en`)
    expect(shown).toMatchObject({ status: 'withdrawn', title: 'Keep data from one person' })
  })
})
