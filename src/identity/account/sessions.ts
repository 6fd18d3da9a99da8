import type { Database } from '../../platform/postgres/database.ts'
import type { AppAccessView, SessionView } from '../contract.ts'
import type { Tell } from '../events.ts'
import { deleteAppAccess, listAppAccess, listSessions, sessionUids, setProven } from '../store/sessions.ts'

/** What a person sees and ends of their own sign-ins. Another's are as unknown as those that never were. */
export interface Sessions {
  list(personId: string, current: string | undefined): Promise<readonly SessionView[]>
  /** Ends one with its tokens. False where it is none of this person's. */
  end(personId: string, id: string): Promise<boolean>
  /** Ends all but one, and answers how many. */
  endOthers(personId: string, current: string | undefined): Promise<number>
  /** The person proved anew, in this session, who they are. */
  prove(id: string): Promise<void>
  listApps(personId: string): Promise<readonly AppAccessView[]>
  endApp(personId: string, id: string): Promise<boolean>
}

export interface SessionsDeps {
  readonly db: Database
  readonly now: () => Date
  readonly ended: (actor: 'person', id: string) => Promise<void>
  /** Called after a session's proof changed: what is remembered of its tokens is older. */
  readonly proven: () => void
  readonly endSession: (uid: string, personId: string) => Promise<void>
  readonly tell: Tell
}

export function createSessions({ db, now, ended, proven, endSession, tell }: SessionsDeps): Sessions {
  return {
    async list(personId, current) {
      const rows = await listSessions(db, personId, now())
      return rows.map((row) => ({
        id: row.uid,
        current: row.uid === current,
        address: row.address,
        userAgent: row.user_agent,
        beganAt: row.began_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
      }))
    },
    async end(personId, id) {
      if (!(await sessionUids(db, personId)).includes(id)) return false
      await endSession(id, personId)
      await tell({ what: 'session-ended', person: personId, session: id })
      return true
    },
    async endOthers(personId, current) {
      const others = (await sessionUids(db, personId)).filter((uid) => uid !== current)
      for (const uid of others) {
        await endSession(uid, personId)
        await tell({ what: 'session-ended', person: personId, session: uid })
      }
      return others.length
    },
    async prove(id) {
      await setProven(db, id, now())
      proven()
    },
    async listApps(personId) {
      const rows = await listAppAccess(db, personId, now())
      return rows.map((row) => ({
        id: row.grant_id,
        name: row.name,
        scopes: row.scope?.split(' ') ?? [],
        grantedAt: row.granted_at.toISOString(),
      }))
    },
    async endApp(personId, id) {
      if (!(await deleteAppAccess(db, personId, id))) return false
      await ended('person', personId)
      await tell({ what: 'app-ended', person: personId })
      return true
    },
  }
}
