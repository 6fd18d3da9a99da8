/** What a person is shown of their own account, so that they notice what they did not do. */
import type { Database } from '../../platform/postgres/database.ts'
import type { ActivityView, IdentityEventKind } from '../contract.ts'
import type { IdentityEventListener } from '../events.ts'
import { deleteActivityBefore, insertActivity, listActivity } from '../store/activity.ts'

const shown = 30
const keptMs = 90 * 86_400_000
const longestUserAgent = 400
/** A client's tokens come every few minutes and are no news to the person. */
const silent: ReadonlySet<IdentityEventKind> = new Set(['token-issued'])

export interface Activity {
  readonly listen: IdentityEventListener
  list(person: string): Promise<readonly ActivityView[]>
  forgetOld(): Promise<void>
}

export function createActivity({ db, now }: { readonly db: Database; readonly now: () => Date }): Activity {
  return {
    async listen({ what, person, address, userAgent, by }) {
      if (person === undefined || silent.has(what)) return
      await insertActivity(db, {
        ...{ person, at: now(), what, address: address ?? null },
        user_agent: userAgent?.slice(0, longestUserAgent) ?? null,
        by_person: by === undefined || by === person ? null : by,
      })
    },
    async list(person) {
      return (await listActivity(db, person, shown)).map((row) => ({
        what: row.what as IdentityEventKind,
        at: row.at.toISOString(),
        ...(row.address === null ? {} : { address: row.address }),
        ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
        ...(row.by_person === null ? {} : { by: row.by_name ?? row.by_person }),
        newPlace: row.new_place,
      }))
    },
    forgetOld: () => deleteActivityBefore(db, new Date(now().getTime() - keptMs)),
  }
}
