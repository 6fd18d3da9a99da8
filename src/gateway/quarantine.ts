import { createHash } from 'node:crypto'
import type { Problem } from '../kernel/problem.ts'
import { isoFromMicros, type Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { QuarantineEntry } from './contract.ts'
import { createQuarantineStore, type QuarantineRow } from './store.ts'

/** What one delivery lost: every record refused has a problem; the payload is kept beside each. */
export interface Refused {
  readonly device: string | null
  readonly protocol: string
  /** The payload, or its head where it was too large to hold. */
  readonly payload: Uint8Array
  /** Its whole size, where `payload` is only the head. */
  readonly size?: number
  readonly receivedAt: Micros
  readonly problems: readonly Problem[]
}

export interface QuarantineSummary {
  /** Records ever refused: those kept and those left out. */
  readonly count: number
  readonly last: { readonly at: Micros; readonly reason: string } | null
}

export interface Quarantine {
  /** Resolves when the rows are durable. */
  keep(refused: Refused): Promise<void>
  list(filter: { readonly device?: string; readonly limit: number }): Promise<readonly QuarantineEntry[]>
  summary(device: string | null): QuarantineSummary
  close(): Promise<void>
}

/** Bounds, so that a device gone wild fills neither the disk nor the screen. What they leave out is counted. */
export const quarantineLimits = {
  bytes: 64 * 1024,
  rowsPerDelivery: 16,
  rowsPerDevice: 1_000,
  /** Rows a device may write at once, and how many come back each second. */
  burst: 120,
  perSecond: 1,
} as const

const trimSlack = 50
const flushPeriodMs = 10_000

interface Account {
  kept: number
  leftOut: number
  last: { at: Micros; reason: string } | null
  tokens: number
  refilledMs: number
}

export async function createQuarantine(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
}): Promise<Quarantine> {
  const { clock, log } = deps
  const store = createQuarantineStore(deps.db)
  const accounts = new Map<string, Account>()
  const dirty = new Set<string>()

  const accountOf = (device: string | null): Account => {
    const key = device ?? ''
    const known = accounts.get(key)
    if (known) return known
    const tokens = quarantineLimits.burst
    const fresh: Account = { kept: 0, leftOut: 0, last: null, tokens, refilledMs: clock.elapsedMs() }
    accounts.set(key, fresh)
    return fresh
  }
  for (const { device, count, lastAt, lastReason } of await store.counts()) {
    Object.assign(accountOf(device), { kept: count, last: { at: lastAt, reason: lastReason } })
  }
  for (const { device, count } of await store.leftOut()) accountOf(device || null).leftOut = count

  async function flush(): Promise<void> {
    if (dirty.size === 0) return
    const devices = [...dirty]
    dirty.clear()
    await store
      .setLeftOut(new Map(devices.map((key) => [key, accounts.get(key)?.leftOut ?? 0])))
      .catch((error: Error) => {
        for (const key of devices) dirty.add(key)
        log.warn({ error: error.message }, 'the count of what quarantine left out was not saved')
      })
  }
  const stopTimer = clock.every(flushPeriodMs, () => void flush())

  async function trim(device: string | null, account: Account): Promise<void> {
    if (account.kept <= quarantineLimits.rowsPerDevice + trimSlack) return
    const gone = await store.trim(device, quarantineLimits.rowsPerDevice)
    account.kept -= gone
    leaveOut(device, account, gone)
  }

  function leaveOut(device: string | null, account: Account, count: number): void {
    if (count === 0) return
    account.leftOut += count
    dirty.add(device ?? '')
  }

  return {
    async keep({ device, protocol, payload, size = payload.length, receivedAt, problems }) {
      if (problems.length === 0) return
      const account = accountOf(device)
      const may = takeTokens(
        account,
        clock.elapsedMs(),
        Math.min(problems.length, quarantineLimits.rowsPerDelivery),
      )
      const first = problems[0]!
      account.last = { at: receivedAt, reason: reasonOf(first) }
      leaveOut(device, account, problems.length - may)
      if (may === 0) return
      const bytes = Buffer.from(payload.subarray(0, quarantineLimits.bytes))
      const sha256 = createHash('sha256').update(payload).digest()
      await store.insert(
        problems.slice(0, may).map((problem) => ({
          ...{ device, receivedAt, protocol, code: problem.code, reason: reasonOf(problem) },
          ...{ bytes, size, sha256 },
        })),
      )
      account.kept += may
      log.info({ device, protocol, code: first.code, records: problems.length }, 'quarantined')
      await trim(device, account)
    },
    list: async (filter) => (await store.list(filter)).map(entryOf),
    summary(device) {
      const account = accounts.get(device ?? '')
      return { count: account ? account.kept + account.leftOut : 0, last: account?.last ?? null }
    },
    async close() {
      stopTimer()
      await flush()
    },
  }
}

/** A bucket: how many of `wanted` rows may be written now. */
function takeTokens(account: Account, nowMs: number, wanted: number): number {
  const back = ((nowMs - account.refilledMs) / 1_000) * quarantineLimits.perSecond
  account.tokens = Math.min(quarantineLimits.burst, account.tokens + back)
  account.refilledMs = nowMs
  const granted = Math.min(wanted, Math.floor(account.tokens))
  account.tokens -= granted
  return granted
}

const reasonOf = ({ message, where }: Problem): string =>
  where === undefined ? message : `${message} (at ${where})`

const entryOf = (row: QuarantineRow): QuarantineEntry => ({
  id: String(row.id),
  device: row.device,
  receivedAt: isoFromMicros(row.receivedAt),
  protocol: row.protocol,
  code: row.code,
  reason: row.reason,
  bytes: row.bytes.toString('base64'),
  size: row.size,
})
