import type { Micros } from '../kernel/time.ts'

/** The only source of time and timers; tests pass a fake one and step it. */
export interface Clock {
  /** Wall clock, µs since 1970, never two equal answers are promised. */
  now(): Micros
  /** Monotonic milliseconds, for durations. */
  elapsedMs(): number
  /** Calls once after `delayMs`; the answer cancels. Timers never keep the process alive. */
  after(delayMs: number, run: () => void): () => void
  /** Calls every `periodMs`; the answer cancels. */
  every(periodMs: number, run: () => void): () => void
}

/**
 * The wall clock has milliseconds; the monotonic one adds the microseconds between them. Where the two part (the wall
 * clock was set or slewed) the anchor follows, so that a process that runs for months does not drift.
 */
let anchorMs = Date.now() - performance.now()
function wallClock(): Micros {
  const elapsed = performance.now()
  const wall = Date.now()
  const estimate = anchorMs + elapsed
  if (Math.abs(estimate - wall) > 2) anchorMs = wall - elapsed
  return Math.round((anchorMs + elapsed) * 1_000) as Micros
}

export const systemClock: Clock = {
  now: wallClock,
  elapsedMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs)
    timer.unref()
    return () => clearInterval(timer)
  },
}

/** A clock that moves only when told to; timers fire in order of their due time. */
export class FakeClock implements Clock {
  #now: number
  #serial = 0
  #timers: { at: number; id: number; run: () => void; periodUs?: number }[] = []
  constructor(startUs: number = Date.UTC(2026, 0, 1) * 1_000) {
    this.#now = startUs
  }
  now(): Micros {
    return this.#now as Micros
  }
  elapsedMs(): number {
    return this.#now / 1_000
  }
  after(delayMs: number, run: () => void): () => void {
    return this.#add({ at: this.#now + delayMs * 1_000, id: this.#serial++, run })
  }
  every(periodMs: number, run: () => void): () => void {
    return this.#add({
      at: this.#now + periodMs * 1_000,
      id: this.#serial++,
      run,
      periodUs: periodMs * 1_000,
    })
  }
  advanceMs(ms: number): void {
    const end = this.#now + ms * 1_000
    for (;;) {
      const due = this.#timers.filter((t) => t.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0]
      if (!due) break
      this.#now = Math.max(this.#now, due.at)
      if (due.periodUs) due.at += due.periodUs
      else this.#timers = this.#timers.filter((t) => t !== due)
      due.run()
    }
    this.#now = end
  }
  #add(timer: { at: number; id: number; run: () => void; periodUs?: number }): () => void {
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer)
    }
  }
}
