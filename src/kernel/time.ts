/**
 * Time is a whole number of microseconds since 1970-01-01T00:00:00Z. A double holds them exactly until
 * the year 2255, device clocks tick finer than a millisecond, and columns of times need no object each.
 *
 * Three times are kept apart everywhere: measured (by the device), received (by the gateway), stored (durable).
 */
export type Micros = number & { readonly __unit: 'µs since 1970' }

export const microsPerMs = 1_000
export const microsPerSecond = 1_000_000

export const micros = (value: number): Micros => Math.round(value) as Micros
export const microsFromMs = (ms: number): Micros => Math.round(ms * microsPerMs) as Micros
export const microsFromSeconds = (seconds: number): Micros => Math.round(seconds * microsPerSecond) as Micros
export const msFromMicros = (time: Micros): number => time / microsPerMs
export const addMs = (time: Micros, ms: number): Micros => (time + ms * microsPerMs) as Micros

/** ISO 8601 in UTC; at least milliseconds, microseconds only where the time has them. */
export function isoFromMicros(time: Micros): string {
  const ms = Math.floor(time / microsPerMs)
  const rest = time - ms * microsPerMs
  const iso = new Date(ms).toISOString()
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

const isoPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/

/** Parses a FHIR instant or full dateTime; undefined where it is none. Digits beyond microseconds are cut. */
export function microsFromIso(text: string): Micros | undefined {
  const match = isoPattern.exec(text)
  if (!match) return undefined
  const wholeMs = Date.parse(`${match[1]}${match[3]}`)
  if (Number.isNaN(wholeMs)) return undefined
  const fraction = Number((match[2] ?? '').padEnd(6, '0').slice(0, 6))
  return (wholeMs * microsPerMs + fraction) as Micros
}
