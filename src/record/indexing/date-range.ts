/**
 * FHIR dates as half-open ranges of microseconds: `2024` is the whole year, `2024-03-01T10:00:00Z` that second.
 * Without an offset a date is taken in UTC. https://hl7.org/fhir/R4/search.html#date
 */
export interface DateRange {
  readonly startUs: number
  readonly endUs: number
}

/** Bounds of an open period; outside any date FHIR can write, and exact in a double and in int8. */
export const beginningOfTimeUs = -4e18
export const endOfTimeUs = 4e18

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** The range that a date, dateTime or instant covers by its precision; undefined where it is none. */
export function dateRange(text: string): DateRange | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, offset] = match
  const at = utcMs(Number(year), Number(month ?? 1), Number(day ?? 1))
  if (at === undefined) return undefined
  if (month === undefined) return fromMs(at, utcMs(Number(year) + 1, 1, 1))
  if (day === undefined) {
    const december = Number(month) === 12
    return fromMs(at, utcMs(Number(year) + (december ? 1 : 0), december ? 1 : Number(month) + 1, 1))
  }
  if (hour === undefined) return fromMs(at, at + 86_400_000)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  const offsetMs = offsetOf(offset)
  const timeMs = at + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1_000 - offsetMs
  if (second === undefined) return fromMs(timeMs, timeMs + 60_000)
  if (fraction === undefined) return fromMs(timeMs, timeMs + 1_000)
  const startUs = timeMs * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
  return { startUs, endUs: startUs + 10 ** Math.max(0, 6 - fraction.length) }
}

/** From the start of the one to the end of the other; a side left out is open. */
export function periodRange(start: string | undefined, end: string | undefined): DateRange | undefined {
  const from = start === undefined ? undefined : dateRange(start)
  const to = end === undefined ? undefined : dateRange(end)
  if (!from && !to) return undefined
  return { startUs: from?.startUs ?? beginningOfTimeUs, endUs: to?.endUs ?? endOfTimeUs }
}

function utcMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // A day the month does not have would roll over into the next.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined
}

const fromMs = (startMs: number, endMs: number | undefined): DateRange | undefined =>
  endMs === undefined ? undefined : { startUs: startMs * 1_000, endUs: endMs * 1_000 }

function offsetOf(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}
