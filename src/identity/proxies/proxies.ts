/** Who stands for a patient, since when, until when, by whose word. */
import { ProblemError } from '../../kernel/problem.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import type { NewProxy, ProxyView } from '../contract.ts'
import type { Tell } from '../events.ts'
import type { Person } from '../model.ts'
import {
  endProxiesOverdue,
  endProxy,
  findProxy,
  insertProxy,
  listProxies,
  type ProxyRow,
  standsFor,
} from '../store/proxies.ts'
import { proxyExists, proxyIsPatient, proxyPersonUnknown, proxyUnknown } from './problems.ts'

export interface ProxiesDeps {
  readonly db: Database
  readonly now: () => Date
  readonly random: Random
  readonly tell: Tell
  /** What a person may has changed. */
  readonly changed: (personId: string) => Promise<void>
  readonly findPerson: (id: string) => Promise<Person | undefined>
  readonly findPersonByEmail: (email: string) => Promise<Person | undefined>
}

export interface Proxies {
  list(of: { readonly patient: string } | { readonly person: string } | 'all'): Promise<readonly ProxyView[]>
  /** @param by the account that says so. @throws ProblemError 404, 409 or 422 */
  grant(proxy: NewProxy, by: string): Promise<ProxyView>
  /** Ends it now, with open connections. @throws ProblemError 404 */
  end(id: string, by: string): Promise<void>
  find(id: string): Promise<ProxyView | undefined>
  /** Ends those whose time is over, so that open connections notice. */
  endOverdue(): Promise<void>
}

const view = (row: ProxyRow): ProxyView => ({
  id: row.id,
  person: { id: row.person_id, name: row.person_name },
  patient: row.patient,
  relationship: row.relationship,
  from: row.from_at.toISOString(),
  ...(row.until_at ? { until: row.until_at.toISOString() } : {}),
  grantedBy: row.granted_by,
})

export function createProxies(deps: ProxiesDeps): Proxies {
  const { db, now, random, tell, changed } = deps
  /** By account id or e-mail address; an account of staff is for their work, so it may not stand for a patient. */
  const proxyPerson = async (named: string): Promise<Person> => {
    const person = await (named.includes('@') ? deps.findPersonByEmail(named) : deps.findPerson(named))
    if (!person || person.disabled || !person.roles.includes('patient')) throw proxyPersonUnknown()
    return person
  }
  return {
    list: async (of) => (await listProxies(db, of, now())).map(view),
    find: async (id) => {
      const row = await findProxy(db, id)
      return row && row.ended_at === null ? view(row) : undefined
    },
    async grant(given, by) {
      const person = await proxyPerson(given.person)
      if (person.patient === given.patient) throw proxyIsPatient()
      const from = given.from === undefined ? now() : new Date(given.from)
      const until = given.until === undefined ? null : new Date(given.until)
      if (until && until <= new Date(Math.max(from.getTime(), now().getTime()))) {
        const message = 'It must end after it begins, and not in the past.'
        throw new ProblemError({ code: 'proxy-invalid', status: 422, message, where: 'until' })
      }
      if (await standsFor(db, person.id, given.patient, now())) throw proxyExists()
      const id = random.uuid()
      await insertProxy(db, {
        ...{ id, person_id: person.id, patient: given.patient, relationship: given.relationship },
        ...{ from_at: from, until_at: until, granted_by: by, granted_at: now() },
      })
      await changed(person.id)
      await tell({ what: 'proxy-granted', person: person.id, patient: given.patient, by })
      return view((await findProxy(db, id))!)
    },
    async end(id, by) {
      const row = await findProxy(db, id)
      if (!row || !(await endProxy(db, id, by, now()))) throw proxyUnknown()
      await changed(row.person_id)
      await tell({ what: 'proxy-ended', person: row.person_id, patient: row.patient, by })
    },
    async endOverdue() {
      for (const { person_id: person, patient } of await endProxiesOverdue(db, now())) {
        await changed(person)
        await tell({ what: 'proxy-ended', person, patient, by: 'time' })
      }
    },
  }
}
