import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { awaitCompactionLock } from '../store/block-store.ts'
import { keepingProblems } from './problems.ts'
import { runningErasure } from './store/erasure-store.ts'
import { findHold, type HoldRow, insertHold, liftHold, readHolds } from './store/hold-store.ts'

export interface NewHold {
  readonly patient: string
  readonly from: number | null
  readonly to: number | null
  readonly reason: string
  readonly by: string
}

/** Legal holds: what stands under one is deleted by nobody. */
export function createHolds({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  return {
    list: (): Promise<HoldRow[]> => readHolds(db),

    /** Takes the lock that every deletion takes, so that nothing under it goes once this has answered. */
    place: (hold: NewHold): Promise<HoldRow> =>
      db.transaction(async (tx) => {
        await awaitCompactionLock(tx)
        if (await runningErasure(tx, hold.patient)) throw keepingProblems.beingErased()
        return insertHold(tx, { ...hold, placedBy: hold.by, placedAt: clock.now() })
      }),

    async lift(id: number, by: string, reason: string): Promise<HoldRow> {
      const lifted = await liftHold(db, id, { at: clock.now(), by, reason })
      if (lifted) return lifted
      throw (await findHold(db, id)) ? keepingProblems.liftedHold(id) : keepingProblems.unknownHold(id)
    },
  }
}
export type Holds = ReturnType<typeof createHolds>
