import pg from 'pg'
import { ProblemError } from '../../kernel/problem.ts'

/**
 * One statement, with parameters only as `$1…`; rows as plain objects. int8 arrives as number, jsonb parsed.
 * `often`: may be planned once for all values, which takes a millisecond off a small statement. Only for statements
 * whose plan does not depend on the values. Without effect in a transaction.
 */
export interface Queryable {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: { readonly often?: boolean },
  ): Promise<Row[]>
}

export interface Transaction extends Queryable {
  /** The driver's own client, for COPY and cursors. */
  readonly client: pg.PoolClient
}

export interface Database extends Queryable {
  readonly url: string
  /** Runs `work` in one transaction: its return commits, its throw rolls back. */
  transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: { readonly serializable?: boolean },
  ): Promise<T>
  /** A connection of its own, outside the pool's limit, for hot writers. The caller ends it. */
  connect(): Promise<pg.Client>
  close(): Promise<void>
}

/** PostgreSQL's classes and codes for a server that is not there, or going; and the sockets' own. */
const gone = /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)$/
const goneWords = /Connection terminated|timeout exceeded when trying to connect|not queryable/

/** A lost server is an expected failure: who asks gets 503 and may try again. */
function told(error: unknown, url: string): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (!gone.test(String(code)) && !goneWords.test(String(message))) return error
  const problem = {
    code: 'database-unavailable',
    status: 503,
    where: new URL(url).host,
    message: `The database at ${new URL(url).host} cannot be reached. Nothing was stored by this; try again in a moment.`,
  }
  return Object.assign(new ProblemError(problem), { cause: error })
}

// Ids and counts stay below 2^53; a double holds them exactly.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text))

/** Every connection keeps these, so they are few; callers of a search decide how its statement looks. */
const mostNamed = 200

export function openDatabase(url: string, options: { readonly maxConnections?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 12,
    application_name: 'vitalwire',
  })
  // An idle connection that breaks (server restart) is replaced by the pool; the next query reports what is wrong.
  pool.on('error', () => {})
  const names = new Map<string, string>()
  const nameOf = (text: string): { name?: string } => {
    const known = names.get(text) ?? (names.size < mostNamed ? `often-${names.size}` : undefined)
    if (known === undefined) return {}
    names.set(text, known)
    return { name: known }
  }
  return {
    url,
    async query<Row extends object>(
      text: string,
      values: readonly unknown[] = [],
      { often = false }: { readonly often?: boolean } = {},
    ) {
      try {
        const name = often ? nameOf(text) : {}
        return (await pool.query<Row>({ ...name, text, values: values as unknown[] })).rows
      } catch (error) {
        throw told(error, url)
      }
    },
    async transaction(work, { serializable = false } = {}) {
      const client = await pool.connect().catch((error: unknown) => {
        throw told(error, url)
      })
      try {
        await client.query(serializable ? 'BEGIN ISOLATION LEVEL SERIALIZABLE' : 'BEGIN')
        const result = await work({
          client,
          async query<Row extends object>(text: string, values: readonly unknown[] = []) {
            return (await client.query<Row>(text, values as unknown[])).rows
          },
        })
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {})
        throw told(error, url)
      } finally {
        client.release()
      }
    },
    async connect() {
      const client = new pg.Client({ connectionString: url, application_name: 'vitalwire-writer' })
      await client.connect().catch((error: unknown) => {
        throw told(error, url)
      })
      return client
    },
    close: () => pool.end(),
  }
}
