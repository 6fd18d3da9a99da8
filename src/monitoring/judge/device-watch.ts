import type { Micros } from '../../kernel/time.ts'
import type { AlarmBook } from '../alarms/alarm-book.ts'
import type { AlarmSlot } from '../alarms/alarm-slot.ts'

/** Whether one device on one patient can be reached. Its alarm hides the missing data of the same device. */
export class DeviceWatch {
  readonly slot: AlarmSlot
  /** Lost or waited for, and not heard of since: a plain field, since every reading looks at it. */
  missed: boolean
  readonly #book: AlarmBook
  readonly #now: () => Micros
  #lostAt = Number.NEGATIVE_INFINITY
  #expectedBy = Number.POSITIVE_INFINITY

  constructor(parts: { readonly slot: AlarmSlot; readonly book: AlarmBook; now(): Micros }) {
    this.slot = parts.slot
    this.missed = parts.slot.state.condition !== 'absent'
    this.#book = parts.book
    this.#now = parts.now
  }

  /** After a restart: it spoke shortly before, and counts as lost where it has not come back by then. */
  expectBackBy(at: number): void {
    if (this.slot.state.condition !== 'absent' || at === Number.POSITIVE_INFINITY) return
    this.#expectedBy = at
    this.missed = true
  }

  lost(at: Micros): void {
    this.#lostAt = at
    this.missed = true
    this.#apply('violates', at)
  }

  /** Connected again, or a reading came that was received after the loss. */
  alive(at: number): void {
    if (at <= this.#lostAt) return
    this.#expectedBy = Number.POSITIVE_INFINITY
    if (this.slot.state.condition !== 'absent') this.#apply('clear', at)
    this.missed = this.slot.state.condition !== 'absent'
  }

  tick(now: Micros): void {
    if (now >= this.#expectedBy) {
      this.#expectedBy = Number.POSITIVE_INFINITY
      this.lost(now)
    }
    if (this.slot.state.condition !== 'pending') return
    this.#book.apply(this.slot, { type: 'tick', now }, this.#moment(now))
  }

  end(now: Micros): void {
    this.#expectedBy = Number.POSITIVE_INFINITY
    this.missed = false
    this.#book.apply(this.slot, { type: 'end' }, this.#moment(now))
  }

  #apply(verdict: 'violates' | 'clear', at: number): void {
    this.#book.apply(
      this.slot,
      { type: 'sample', at, receivedAt: at, verdict, immediate: false },
      this.#moment(at),
    )
  }

  #moment(at: number) {
    return { now: this.#now(), measuredAt: at, value: Number.NaN }
  }
}
