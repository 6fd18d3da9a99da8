import type { Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { AheadEstimator, type ClockEstimate, toleranceUs } from './ahead.ts'
import { type ClockEpoch, epochAt, tenthOf } from './epochs.ts'
import { createClockStore, type StoredEpoch } from './store.ts'

/** What one delivery says of its device's clock. */
export interface ClockedDelivery {
  readonly device: string
  readonly receivedAt: Micros
  /** The newest time in it that the device's clock gave; undefined where there is none. */
  readonly newestMeasuredAt: number | undefined
  /** What the device's clock showed when it was sent, where the device says so. */
  readonly deviceTime: number | undefined
}

export interface DeviceClocks {
  /**
   * What to take off the times that the device's clock gave, µs; 0 for nearly all. Learns of the clock by the way.
   * A promise where an epoch begins with this delivery: it is durable before the delivery can be.
   */
  received(delivery: ClockedDelivery): number | Promise<number>
  /** The short way: notes the delivery, and answers true where its times stand. Else ask `received`. */
  stands(device: string, receivedAt: Micros, newestMeasuredAt: number): boolean
  /** The epoch by which what was received in this tenth of a second was corrected. */
  epochAt(device: string, receivedTenth: number): StoredEpoch | undefined
  /**
   * An epoch that is known and begins after this moment of receipt: something came in the tenth of a second in which it was
   * noticed. What comes before it begins may be taken as received when it begins.
   */
  nextEpoch(device: string, receivedAt: Micros): StoredEpoch | undefined
  /** Every epoch, by device and time. */
  epochs(device?: string): readonly StoredEpoch[]
  /** The epoch in force, where it corrects anything. */
  correction(device: string): StoredEpoch | undefined
  /** A new connection begins: what the one before was seen to do says nothing of it. */
  connected(device: string): void
}

interface Entry {
  readonly ahead: AheadEstimator
  epochs: readonly ClockEpoch[]
  stored: readonly StoredEpoch[]
  /** Begins with a delivery that waits for it to be durable; until then nothing of the device is. */
  unsaved: ClockEpoch | undefined
  saving: Promise<void> | undefined
}

export async function createDeviceClocks(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  /** When each device was last heard before the start. */
  readonly lastHeard: ReadonlyMap<string, number>
}): Promise<DeviceClocks> {
  const { clock, log } = deps
  const store = createClockStore(deps.db)
  const entries = new Map<string, Entry>()
  /** The last tenth at which anything came of a device. */
  const last = new Map<string, number>()
  const startedTenth = tenthOf(clock.now())
  for (const [device, epochs] of Map.groupBy(await store.all(), (epoch) => epoch.device)) {
    entryOf(device).epochs = epochs
    entryOf(device).stored = epochs
  }

  function entryOf(device: string): Entry {
    const known = entries.get(device)
    if (known) return known
    const fresh: Entry = {
      ...{ ahead: new AheadEstimator(), epochs: [], stored: [] },
      ...{ unsaved: undefined, saving: undefined },
    }
    entries.set(device, fresh)
    return fresh
  }

  const lastTenth = (device: string): number =>
    last.get(device) ?? Math.max(startedTenth - 1, tenthOf(deps.lastHeard.get(device) ?? 0))

  function note(device: string, tenth: number): void {
    if (tenth > lastTenth(device)) last.set(device, tenth)
  }

  function begin(
    device: string,
    entry: Entry,
    tenth: number,
    estimate: ClockEstimate,
    basis: ClockEpoch['basis'],
  ) {
    const after = Math.max(lastTenth(device), entry.epochs.at(-1)?.receivedFrom ?? 0)
    const { offsetUs, accuracyUs } = estimate
    const epoch: ClockEpoch = {
      ...{ device, receivedFrom: Math.max(tenth, after + 1), offsetUs: Math.round(offsetUs) },
      ...{ accuracyUs: Math.round(accuracyUs), basis, notedAt: clock.now() },
    }
    entry.epochs = [...entry.epochs, epoch]
    entry.unsaved = epoch
    entry.ahead.reset()
    log.info(
      { device, offsetMs: Math.round(offsetUs / 1_000), basis },
      'the clock of a device is corrected anew',
    )
  }

  function save(entry: Entry, epoch: ClockEpoch): Promise<void> {
    entry.saving ??= store
      .add(epoch)
      .then((id) => {
        entry.stored = [...entry.stored, { ...epoch, id }]
        entry.unsaved = undefined
      })
      .finally(() => {
        entry.saving = undefined
      })
    return entry.saving
  }

  return {
    received({ device, receivedAt, newestMeasuredAt, deviceTime }) {
      const tenth = tenthOf(receivedAt)
      const isAhead = newestMeasuredAt !== undefined && newestMeasuredAt - receivedAt > toleranceUs
      const entry = isAhead || deviceTime !== undefined ? entryOf(device) : entries.get(device)
      if (entry && !entry.unsaved) {
        const inForce = entry.epochs.at(-1)
        const aheadUs = newestMeasuredAt === undefined ? undefined : newestMeasuredAt - receivedAt
        const found = estimateOf(entry.ahead, receivedAt, aheadUs, deviceTime, inForce)
        if (found && Math.abs(found.offsetUs - (inForce?.offsetUs ?? 0)) > toleranceUs) {
          begin(device, entry, tenth, found, deviceTime === undefined ? 'inferred' : 'declared')
        }
      }
      note(device, tenth)
      if (!entry) return 0
      if (entry.ahead.empty && entry.epochs.length === 0) entries.delete(device)
      const offset = () => epochAt(entry.epochs, tenth)?.offsetUs ?? 0
      return entry.unsaved ? save(entry, entry.unsaved).then(offset) : offset()
    },

    stands(device, receivedAt, newestMeasuredAt) {
      if (entries.has(device) || newestMeasuredAt - receivedAt > toleranceUs) return false
      note(device, tenthOf(receivedAt))
      return true
    },

    epochAt: (device, receivedTenth) => epochAt(entries.get(device)?.stored ?? [], receivedTenth),
    nextEpoch(device, receivedAt) {
      const newest = entries.get(device)?.stored.at(-1)
      return newest && newest.receivedFrom > tenthOf(receivedAt) ? newest : undefined
    },
    epochs: (device) =>
      device === undefined
        ? [...entries.values()].flatMap((entry) => entry.stored)
        : (entries.get(device)?.stored ?? []),
    correction(device) {
      const epoch = entries.get(device)?.stored.at(-1)
      return epoch && epoch.offsetUs !== 0 ? epoch : undefined
    },
    connected: (device) => entries.get(device)?.ahead.reset(),
  }
}

/** Half of what the time from the device to us may be: it stands in what is declared as if it were skew. */
const declaredAccuracyUs = 1_000_000

function estimateOf(
  ahead: AheadEstimator,
  receivedAt: number,
  aheadUs: number | undefined,
  deviceTime: number | undefined,
  inForce: ClockEpoch | undefined,
): ClockEstimate | undefined {
  if (deviceTime !== undefined) {
    ahead.reset()
    const offsetUs = deviceTime - receivedAt
    // So little is what the delivery took, and no fault of the clock.
    return { offsetUs: Math.abs(offsetUs) <= toleranceUs ? 0 : offsetUs, accuracyUs: declaredAccuracyUs }
  }
  if (aheadUs === undefined) return undefined
  if (inForce?.basis !== 'declared') return ahead.add(receivedAt, aheadUs, inForce !== undefined)
  // What the device said of its clock gives way only to readings that are ahead of it even so.
  const found = ahead.add(receivedAt, aheadUs - inForce.offsetUs, false)
  return found && { ...found, offsetUs: found.offsetUs + inForce.offsetUs }
}
