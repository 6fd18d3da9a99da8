/** Numbers, ages and durations as people read them. Pure: the current time is always handed in. */

/** The typographic minus, so that columns of signed numbers align. */
const minus = '−'

export function formatValue(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? minus + text : text
}

export const formatSigned = (value: number): string =>
  value > 0 ? `+${value}` : value < 0 ? `${minus}${Math.abs(value)}` : '±0'

/** How long ago, one unit: `12 s`, `4 min`, `3 h`, `2 d`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h`
  return `${Math.floor(hours / 24)} d`
}

/** A duration that counts up: `0:42`, `12:05`, `3:07:00`. */
export function formatCountUp(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000))
  const two = (n: number): string => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** Time of day in the place of the reader, 24 h. */
export function formatClock(ms: number, withSeconds = false): string {
  const date = new Date(ms)
  const two = (n: number): string => String(n).padStart(2, '0')
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`
  return withSeconds ? `${minutes}:${two(date.getSeconds())}` : minutes
}

/** The time of day; before today with its date, `21.11. 14:05`. */
export function formatMoment(ms: number, nowMs: number): string {
  const date = new Date(ms)
  if (date.toDateString() === new Date(nowMs).toDateString()) return formatClock(ms)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${two(date.getDate())}.${two(date.getMonth() + 1)}. ${formatClock(ms)}`
}

/** Exact, with zone: what a tooltip or a report shows. */
export function formatExact(ms: number, language: string): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'long',
    hourCycle: 'h23',
  }).format(ms)
}

export function formatPatientLine(ageYears: number | null, sex: string | null): string {
  const letter = sex === 'female' ? 'F' : sex === 'male' ? 'M' : sex === 'other' ? 'X' : ''
  return [ageYears === null ? '' : String(ageYears), letter].filter(Boolean).join(' ')
}

export function formatBytes(size: number): string {
  if (size < 1_024) return `${size} B`
  if (size < 1_048_576) return `${(size / 1_024).toFixed(1)} KiB`
  if (size < 1_073_741_824) return `${(size / 1_048_576).toFixed(1)} MiB`
  return `${(size / 1_073_741_824).toFixed(1)} GiB`
}
