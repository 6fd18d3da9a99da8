/**
 * Lays the newest checkpoint down at each place, as often as the period says, and asks whether the last one still lies there.
 * A place that fails is tried again at the next turn; that it fails, or holds something else, is shown until it does not.
 */
import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { CheckResult } from '../../platform/health.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { base64 } from '../bytes.ts'
import type { AnchorsView, AnchorView } from '../contract.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../note/checkpoint.ts'
import { noteText } from '../note/note.ts'
import type { LedgerProofs } from '../proofs.ts'
import {
  type AnchorRow,
  insertAnchor,
  markLost,
  newestAnchors,
  newestConfirmed,
  peers,
} from '../store/anchors.ts'
import type { Anchor } from './model.ts'

export interface Anchors {
  /** Lays down what is new. Never rejects for a place that fails: the others go on, and the failure is kept. */
  run(): Promise<void>
  view(): Promise<AnchorsView>
  check(): Promise<CheckResult>
}

export interface AnchorsDeps {
  readonly db: Database
  readonly ledger: Pick<LedgerProofs, 'checkpoint'>
  readonly anchors: readonly Anchor[]
  readonly clock: Clock
  readonly log: Log
  /** Between two checkpoints at one place. */
  readonly periodMs: number
  /** Told to browsers, so that they can ask the chain themselves. */
  readonly chain?: AnchorsView['chain']
}

const mostShown = 50
/** A place that lags this many periods behind is said to fail. */
const patience = 3

export function createAnchors(deps: AnchorsDeps): Anchors {
  const { db, ledger, anchors, clock, log, periodMs } = deps

  async function layDown(anchor: Anchor, newest: SignedCheckpoint): Promise<void> {
    const last = await newestConfirmed(db, anchor.place)
    if (last && !(await stillThere(anchor, last))) return
    const isNew = !last || newest.checkpoint.size > last.size
    if (!isNew || (last && clock.now() - last.tried_at < periodMs * 1_000)) return
    const row = {
      ...{ place: anchor.place, size: newest.checkpoint.size, note: noteText(newest.note) },
      tried_at: clock.now(),
    }
    try {
      const { reference, proof, vouchedAt } = await anchor.put(newest)
      await insertAnchor(db, {
        ...{ ...row, state: 'confirmed', reference, error: null },
        proof: proof ? Buffer.from(proof) : null,
        vouched_at: vouchedAt ?? null,
      })
    } catch (error) {
      const words = (error as Error).message
      log.error({ place: anchor.place, error: words }, 'a checkpoint could not be anchored')
      await insertAnchor(db, {
        ...{ ...row, state: 'failed', reference: null, proof: null, vouched_at: null, error: words },
      })
    }
  }

  /** A chain can be reorganised, a file replaced: then the next turn lays it down anew. */
  async function stillThere(anchor: Anchor, last: AnchorRow): Promise<boolean> {
    const laid = parseCheckpoint(last.note)
    if (!anchor.holds || !laid) return true
    const held = await anchor.holds(laid).catch(() => true)
    if (held) return true
    log.error(
      { place: anchor.place, size: last.size },
      'an anchored checkpoint is no longer where it was laid',
    )
    await markLost(db, last.id)
    return false
  }

  return {
    async run() {
      const newest = await ledger.checkpoint()
      if (!newest || newest.checkpoint.size === 0) return
      for (const anchor of anchors) await layDown(anchor, newest)
    },
    async view() {
      return {
        places: anchors.map(({ place, where }) => ({ place, where })),
        anchors: (await newestAnchors(db, mostShown)).map(viewOf),
        ...(deps.chain ? { chain: deps.chain } : {}),
        peers: (await peers(db)).map(({ account, url, size, checked_at: at, fault }) => ({
          ...{ account, url, size, checkedAt: isoFromMicros(at), fault },
        })),
      }
    },
    async check() {
      const wrong: string[] = []
      for (const { place } of anchors) {
        const [last] = (await newestAnchors(db, mostShown)).filter((row) => row.place === place)
        if (last?.state === 'lost') wrong.push(`${place}: a checkpoint is no longer there`)
        if (last?.state === 'failed') wrong.push(`${place}: ${last.error}`)
      }
      const newest = await ledger.checkpoint()
      for (const { place } of anchors) {
        const last = await newestConfirmed(db, place)
        const late = last && clock.now() - last.tried_at > patience * periodMs * 1_000
        if (late && newest && newest.checkpoint.size > last.size) wrong.push(`${place}: late`)
      }
      for (const { account, fault } of await peers(db)) if (fault) wrong.push(`log of ${account}: ${fault}`)
      return wrong.length === 0 ? { state: 'ok' } : { state: 'degraded', detail: wrong.join('; ') }
    },
  }
}

function viewOf(row: AnchorRow): AnchorView {
  const laid = parseCheckpoint(row.note)?.checkpoint
  return {
    place: row.place,
    state: row.state,
    size: row.size,
    root: laid ? base64(laid.root) : '',
    note: row.note,
    madeAt: laid?.time === undefined ? null : isoFromMicros(laid.time),
    reference: row.reference,
    proof: row.proof ? row.proof.toString('base64') : null,
    vouchedAt: row.vouched_at === null ? null : isoFromMicros(row.vouched_at),
    triedAt: isoFromMicros(row.tried_at),
    error: row.error,
  }
}
