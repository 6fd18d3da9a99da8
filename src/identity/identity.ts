import type Provider from 'oidc-provider'
import type { AuditWriter } from '../audit/index.ts'
import { ProblemError, type Result } from '../kernel/problem.ts'
import { msFromMicros } from '../kernel/time.ts'
import { type Bus, topic } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { type Activity, createActivity } from './account/activity.ts'
import { createSessions, type Sessions } from './account/sessions.ts'
import { createTokenCheck } from './authenticate.ts'
import { createClient } from './clients.ts'
import type { Actor, InvitedAccount, NewAccount, PersonView } from './contract.ts'
import { type Tell, tellAll } from './events.ts'
import { loadKeys } from './keys.ts'
import type { Client, NewClient, NewPerson, Person } from './model.ts'
import { createAdapter } from './oauth/adapter.ts'
import { clientMetadata } from './oauth/client-metadata.ts'
import { createProvider } from './oauth/provider.ts'
import { createPasskeys, type Passkeys } from './passkeys/passkeys.ts'
import { createPasswords, type Passwords } from './passwords/passwords.ts'
import { acceptFirstAdminLink, createFirstAdminLink, createPerson, viewPeople } from './people.ts'
import { createProxies, type Proxies } from './proxies/proxies.ts'
import { createSealing } from './sealed.ts'
import { createSecondFactor, type SecondFactor } from './second-factor/second-factor.ts'
import { type Credentials, checkCredentials, type Proven, signInLimits } from './sign-in.ts'
import {
  deleteByAccount,
  deleteByClient,
  deleteExpired,
  deleteSession,
  findBearer,
} from './store/artifacts.ts'
import { findClient, listClients, setClientDisabled } from './store/clients.ts'
import { deleteOldChallenges } from './store/passkeys.ts'
import { findPerson, findPersonByEmail, listPeople, setDisabled } from './store/people.ts'
import { deleteSessionsWithoutUse, recordSession } from './store/sessions.ts'
import { deleteOldAttempts } from './store/throttle.ts'

export interface IdentityDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly bus: Bus
  /** Where tokens for other apps are recorded. */
  readonly audit?: AuditWriter | undefined
  /** `VITALWIRE_HOME`; keys lie below it. */
  readonly home: string
  /** As browsers reach the server, without a trailing slash. May be set later by `setPublicUrl`, before the first request. */
  readonly publicUrl?: string | undefined
}

/** A token, session or account was ended: whoever holds a connection for this actor asks `authenticate` again. */
export const accessEnded = topic<{ readonly actor: 'person' | 'app'; readonly id: string }>(
  'identity.access-ended',
)

export interface Identity {
  /** Who holds this access token; undefined: it is unknown, expired or revoked. */
  authenticate(token: string): Promise<Actor | undefined>
  /** How long ago the actor, a person in a browser's session, last proved who they are. */
  provenAgoMs(actor: Actor): number | undefined
  checkCredentials(given: Credentials): Promise<Result<Proven>>
  /** @throws ProblemError 409 where the address is taken, 422 where a field is wrong. */
  createPerson(person: NewPerson): Promise<Person>
  /** An account whose owner sets its password by the link. */
  invite(account: NewAccount, by: string): Promise<InvitedAccount>
  findPerson(id: string): Promise<Person | undefined>
  findPersonByEmail(email: string): Promise<Person | undefined>
  listPeople(): Promise<readonly Person[]>
  /** With what they sign in by. */
  viewPeople(): Promise<readonly PersonView[]>
  /** Disabling ends every session and token of the person at once. */
  setPersonDisabled(id: string, disabled: boolean): Promise<void>
  /** @returns the secret where one was made; it cannot be read again. */
  /** For who lost their devices: without second factor and passkeys, they sign in by password alone, everywhere anew. */
  resetSignIn(id: string, by: string): Promise<void>
  createClient(client: NewClient): Promise<{ readonly id: string; readonly secret?: string }>
  setClientDisabled(id: string, disabled: boolean): Promise<void>
  listClients(): Promise<readonly Client[]>
  /** A one-time link for whoever installs the server; undefined where an administrator exists. */
  createFirstAdminLink(): Promise<string | undefined>
  acceptFirstAdminLink(token: string, person: Omit<NewPerson, 'roles'>): Promise<Person>
  /** Ends one browser session and the tokens bound to it. */
  endSession(sessionUid: string, person: string): Promise<void>
  /** Ends the session that this access token belongs to. */
  endSessionOf(token: string): Promise<void>
  readonly tell: Tell
  readonly sessions: Sessions
  readonly secondFactor: SecondFactor
  readonly passkeys: Passkeys
  readonly passwords: Passwords
  readonly proxies: Proxies
  readonly activity: Activity
  /** Deletes what has expired; a job calls it every few minutes. */
  cleanUp(): Promise<number>
  publicUrl(): string
  setPublicUrl(url: string): void
  /** The authorisation server, built at its first use: its issuer is the public URL. */
  provider(): Provider
  close(): Promise<void>
}

export async function createIdentity(deps: IdentityDeps): Promise<Identity> {
  const { db, clock, bus, log, random } = deps
  const keys = await loadKeys(deps.home, random)
  const sealing = createSealing(keys.sealKey, random)
  const tokens = createTokenCheck(db, clock)
  const now = () => new Date(msFromMicros(clock.now()))
  const activity = createActivity({ db, now })
  const tell = tellAll(log, [activity.listen])
  let publicUrl = deps.publicUrl?.replace(/\/+$/, '')
  let provider: Provider | undefined

  const activePerson = async (id: string) => {
    const person = await findPerson(db, id)
    return person?.disabled ? undefined : person
  }
  const ended = async (actor: 'person' | 'app', id: string) => {
    tokens.forget()
    await bus.publish(accessEnded, { actor, id })
  }
  const adapter = createAdapter({
    db,
    clock,
    findClientMetadata: async (id) => {
      const client = await findClient(db, id)
      return client && clientMetadata(client)
    },
    onRevoked: (from) => {
      tokens.forget()
      for (const { account_id: person, client_id: app } of from) {
        if (person !== null) void bus.publish(accessEnded, { actor: 'person', id: person })
        else if (app !== null) void bus.publish(accessEnded, { actor: 'app', id: app })
      }
    },
  })

  const identity: Identity = {
    authenticate: tokens.authenticate,
    provenAgoMs: (actor) =>
      actor.kind === 'person' && actor.session ? now().getTime() - actor.session.provenAtMs : undefined,
    checkCredentials: (given) => checkCredentials({ ...deps, sealing, tell }, given),
    createPerson: (person) => createPerson(deps, person),
    async invite({ email, name, roles, patient, fhirUser }, by) {
      const rest = {
        ...(patient === undefined ? {} : { patient }),
        ...(fhirUser === undefined ? {} : { fhirUser }),
      }
      const { id } = await createPerson(deps, { email, name, roles, password: random.secret(32), ...rest })
      return { id, link: await identity.passwords.makeLink(id, by) }
    },
    findPerson: (id) => findPerson(db, id),
    findPersonByEmail: async (email) => (await findPersonByEmail(db, email.trim()))?.person,
    listPeople: () => listPeople(db),
    listClients: () => listClients(db),
    viewPeople: () => viewPeople(db),
    async setPersonDisabled(id, disabled) {
      if (!(await setDisabled(db, id, disabled))) throw unknown('person')
      if (!disabled) return
      await deleteByAccount(db, id)
      await ended('person', id)
    },
    async resetSignIn(id, by) {
      if (!(await findPerson(db, id))) throw unknown('person')
      await identity.secondFactor.remove(id, by)
      await identity.passkeys.removeAll(id, by)
      await deleteByAccount(db, id)
      await ended('person', id)
    },
    createClient: (client) => createClient(deps, client),
    async setClientDisabled(id, disabled) {
      if (!(await setClientDisabled(db, id, disabled))) throw unknown('client')
      if (!disabled) return
      await deleteByClient(db, id)
      await ended('app', id)
    },
    async createFirstAdminLink() {
      const token = await createFirstAdminLink(deps)
      return token === undefined ? undefined : `${identity.publicUrl()}/welcome/${token}`
    },
    acceptFirstAdminLink: (token, person) => acceptFirstAdminLink(deps, token, person),
    async endSession(sessionUid, person) {
      await deleteSession(db, sessionUid)
      await ended('person', person)
    },
    async endSessionOf(token) {
      const bearer = await findBearer(db, token, now())
      if (bearer?.session_uid && bearer.person_id) {
        await identity.endSession(bearer.session_uid, bearer.person_id)
      }
    },
    tell,
    sessions: createSessions({
      db,
      now,
      ended,
      proven: tokens.forget,
      tell,
      endSession: (uid, person) => identity.endSession(uid, person),
    }),
    passkeys: createPasskeys({ db, now, log, random, tell, publicUrl: () => identity.publicUrl() }),
    secondFactor: createSecondFactor({ db, now, random, log, sealing, tell }),
    passwords: createPasswords({
      ...{ db, now, random, tell, publicUrl: () => identity.publicUrl() },
      findPerson: (id) => findPerson(db, id),
      endOthers: async (person, session) => void (await identity.sessions.endOthers(person, session)),
    }),
    proxies: createProxies({
      ...{ db, now, random, tell, changed: (person) => ended('person', person) },
      findPerson: (id) => findPerson(db, id),
      findPersonByEmail: (email) => identity.findPersonByEmail(email),
    }),
    activity,
    async cleanUp() {
      await identity.proxies.endOverdue()
      await activity.forgetOld()
      await deleteOldAttempts(db, new Date(now().getTime() - signInLimits.windowMs))
      const deleted = await deleteExpired(db, now())
      await deleteSessionsWithoutUse(db)
      await deleteOldChallenges(db, now())
      return deleted
    },
    publicUrl() {
      if (publicUrl === undefined) throw new Error('the public URL is not known before the server listens')
      return publicUrl
    },
    setPublicUrl(url) {
      if (provider) throw new Error('the public URL is fixed once the first request was served')
      publicUrl = url.replace(/\/+$/, '')
    },
    provider() {
      provider ??= createProvider({
        publicUrl: identity.publicUrl(),
        keys,
        adapter,
        clock,
        log,
        findPerson: activePerson,
        audit: deps.audit,
        tell,
        onSessionSeen: (seen) => recordSession(db, seen, now()),
      })
      return provider
    },
    async close() {
      tokens.forget()
    },
  }
  return identity
}

const unknown = (what: string) =>
  new ProblemError({ code: `${what}-unknown`, status: 404, message: `There is no such ${what}.` })
