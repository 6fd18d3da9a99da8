import { microsFromIso } from '../../kernel/time.ts'

/** [from, to) in µs. */
export interface Interval {
  readonly from: number
  readonly to: number
}

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** What a FHIR date stands for, by its precision; times without a zone are UTC. Undefined where it is none. */
export function intervalOfDate(text: string): Interval | undefined {
  const match = pattern.exec(text.replace(' ', '+'))
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = match
  if (hour === undefined) return wholeDays(Number(year), month, day)
  const start = microsFromIso(
    `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${fraction ? `.${fraction}` : ''}${zone}`,
  )
  if (start === undefined) return undefined
  const width =
    second === undefined
      ? 60_000_000
      : fraction === undefined
        ? 1_000_000
        : 10 ** Math.max(0, 6 - fraction.length)
  return { from: start, to: start + width }
}

function wholeDays(year: number, month?: string, day?: string): Interval | undefined {
  const monthIndex = month === undefined ? 0 : Number(month) - 1
  const date = day === undefined ? 1 : Number(day)
  const from = Date.UTC(year, monthIndex, date)
  const check = new Date(from)
  if (check.getUTCMonth() !== monthIndex || check.getUTCDate() !== date) return undefined
  const to =
    month === undefined
      ? Date.UTC(year + 1, 0, 1)
      : day === undefined
        ? Date.UTC(year, monthIndex + 1, 1)
        : from + 86_400_000
  return { from: from * 1_000, to: to * 1_000 }
}

/** The moments that match a prefix and a date (FHIR R4 search, 3.1.1.5.7); `ne` gives two intervals. */
export function momentsOf(operator: string, text: string, now: number): readonly Interval[] | undefined {
  const date = intervalOfDate(text)
  if (!date) return undefined
  const { from, to } = date
  const begin = Number.NEGATIVE_INFINITY
  const end = Number.POSITIVE_INFINITY
  const slack = Math.abs(now - from) / 10
  switch (operator) {
    case 'eq':
      return [date]
    case 'ne':
      return [
        { from: begin, to: from },
        { from: to, to: end },
      ]
    case 'lt':
    case 'eb':
      return [{ from: begin, to: from }]
    case 'le':
      return [{ from: begin, to }]
    case 'gt':
    case 'sa':
      return [{ from: to, to: end }]
    case 'ge':
      return [{ from, to: end }]
    case 'ap':
      return [{ from: from - slack, to: to + slack }]
    default:
      return undefined
  }
}
