import type { Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { AssociationCorrection, ReadingsMove } from './model.ts'
import type { DevicesStore } from './store.ts'
import { differences, type Timeline } from './timeline.ts'

export interface ChangedBy {
  /** As a reference: `Practitioner/…`. */
  readonly actor: string
  readonly reason: string
}

/** What is not said by a person was said by the sequence of events. */
export const bySystem: ChangedBy = {
  actor: 'system',
  reason: 'The association was made for a time that had passed',
}

/** A reading may be measured so much after it is received. */
const aheadUs = 300_000_000

/**
 * Changes of associations that reach into the past: what was stored in that time belongs to someone else now. Each is
 * written down with the change itself and handed over until it is taken, so that a stop between the two loses none.
 */
export class Corrections {
  readonly #store: DevicesStore
  readonly #clock: Clock
  readonly #log: Log
  readonly #move: (move: ReadingsMove) => Promise<void>
  constructor(deps: {
    readonly store: DevicesStore
    readonly clock: Clock
    readonly log: Log
    readonly move: (move: ReadingsMove) => Promise<void>
  }) {
    this.#store = deps.store
    this.#clock = deps.clock
    this.#log = deps.log
    this.#move = deps.move
  }

  /** What a change of the timeline corrects of the past. */
  of(device: string, before: Timeline, after: Timeline, by: ChangedBy): Omit<AssociationCorrection, 'id'>[] {
    const notedAt = this.#clock.now()
    return differences(before, after, (notedAt + aheadUs) as Micros)
      .filter(({ from }) => from < notedAt)
      .map((difference) => ({ device, ...difference, ...by, notedAt, moved: false }))
  }

  /** Hands over what waits: of one device, or of all. What is not taken stays, and is said in the log. */
  async handOver(device?: string): Promise<void> {
    try {
      for (const correction of await this.#store.waitingCorrections(device))
        await this.#handOverOne(correction)
    } catch (error) {
      this.#log.error({ device, error: (error as Error).name }, 'readings wait to be moved')
    }
  }

  async #handOverOne({ id, patientBefore, patientAfter, ...rest }: AssociationCorrection): Promise<void> {
    const { device, from, to, actor, reason } = rest
    await this.#move({
      key: `association-${id}`,
      ...{ device, from, to, actor, reason },
      ...{ fromPatient: patientBefore, toPatient: patientAfter },
    })
    await this.#store.correctionMoved(id)
  }
}
