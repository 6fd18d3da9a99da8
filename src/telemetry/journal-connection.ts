import type { Client } from 'pg'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import { demandDurability, insertJournalRows, type JournalRow } from './store/journal-store.ts'

export interface JournalConnection {
  /** Commits the rows and answers their ids; throws when it is not known that they are on disk. */
  insert(rows: readonly JournalRow[]): Promise<number[]>
  close(): Promise<void>
}

/**
 * The writer's own connection. A statement that fails or does not answer in `timeoutMs` costs the connection: whether
 * it was committed is then unknown, and the next attempt begins on a new one.
 */
export function createJournalConnection(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly timeoutMs: number
}): JournalConnection {
  let client: Promise<Client> | undefined

  async function open(): Promise<Client> {
    const fresh = await deps.db.connect()
    fresh.on('error', (error) => {
      deps.log.warn({ code: (error as { code?: string }).code }, 'journal connection lost')
      client = undefined
    })
    await demandDurability(fresh)
    return fresh
  }

  async function drop(): Promise<void> {
    const held = client
    client = undefined
    const connection = await held?.catch(() => undefined)
    connection?.on('error', () => {})
    connection?.end().catch(() => {})
  }

  return {
    async insert(rows) {
      const work = async () => {
        client ??= open()
        return insertJournalRows(await client, rows)
      }
      let cancel = () => {}
      const late = new Promise<never>((_, fail) => {
        cancel = deps.clock.after(deps.timeoutMs, () => fail(new Error('the database does not answer')))
      })
      try {
        return await Promise.race([work(), late])
      } catch (error) {
        void drop()
        throw error
      } finally {
        cancel()
      }
    },
    async close() {
      const held = client
      client = undefined
      await (await held?.catch(() => undefined))?.end()
    },
  }
}
