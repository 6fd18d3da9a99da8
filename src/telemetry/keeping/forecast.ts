export interface Growth {
  readonly bytes: number
  readonly bytesPerDay: number
  /** null: kept for ever. */
  readonly days: number | null
}

/**
 * In how many days `freeBytes` are used up, where each part goes on growing as now until it holds as many days as it is
 * kept; null: never.
 */
export function fullInDays(freeBytes: number, parts: readonly Growth[]): number | null {
  const growing = parts
    .filter((part) => part.bytesPerDay > 0)
    .map(({ bytes, bytesPerDay, days }) => ({
      bytesPerDay,
      untilDay: days === null ? Number.POSITIVE_INFINITY : Math.max(0, days - bytes / bytesPerDay),
    }))
    .filter((part) => part.untilDay > 0)
    .sort((a, b) => a.untilDay - b.untilDay)
  let rate = growing.reduce((sum, part) => sum + part.bytesPerDay, 0)
  let left = Math.max(0, freeBytes)
  let day = 0
  for (const part of growing) {
    const needed = (part.untilDay - day) * rate
    if (needed >= left) return day + left / rate
    left -= needed
    day = part.untilDay
    rate -= part.bytesPerDay
  }
  return null
}
