/** The span of a trend's axis: never so narrow that the noise of a healthy person looks like a crisis. */
interface Scale {
  /** The axis holds at least these two. */
  readonly from?: number
  readonly to?: number
  /** And is at least this wide, in the metric's unit. */
  readonly leastSpan: number
  /** Values never lie beyond these. */
  readonly floor?: number
  readonly ceiling?: number
}

const rules: readonly (readonly [RegExp, Scale])[] = [
  [/^(heart|pulse)-rate$|nibp-pulse/, { leastSpan: 40, floor: 0 }],
  [/^spo2/, { from: 85, to: 100, leastSpan: 15, floor: 0, ceiling: 100 }],
  [/respiratory-rate/, { leastSpan: 20, floor: 0 }],
  [/-bp$|^arterial-(systolic|diastolic|mean)$/, { leastSpan: 60, floor: 0 }],
  [/temperature/, { leastSpan: 2 }],
  [/glucose/, { from: 70, to: 180, leastSpan: 110, floor: 0 }],
  [/co2/, { leastSpan: 20, floor: 0 }],
  [/^oxygen-flow$/, { from: 0, to: 4, leastSpan: 4, floor: 0 }],
  [/^inspired-oxygen$/, { from: 21, to: 40, leastSpan: 19, floor: 0, ceiling: 100 }],
  [/^news2$/, { from: 0, to: 8, leastSpan: 8, floor: 0, ceiling: 20 }],
  [/^consciousness$/, { from: 0, to: 4, leastSpan: 4, floor: 0, ceiling: 4 }],
]

/** Air above and below the line, as a share of what is measured. */
const margin = 0.06
const leastShare = 0.1

export function trendRange(metric: string, low: number | null, high: number | null): [number, number] {
  const known = rules.find(([pattern]) => pattern.test(metric))?.[1]
  const least = known?.leastSpan ?? Math.max(1, Math.abs(high ?? 0) * leastShare)
  let from = Math.min(low ?? known?.from ?? 0, known?.from ?? Number.POSITIVE_INFINITY)
  let to = Math.max(high ?? known?.to ?? least, known?.to ?? Number.NEGATIVE_INFINITY)
  const lacking = least - (to - from)
  if (lacking > 0) {
    from -= lacking / 2
    to += lacking / 2
  }
  const room = (to - from) * margin
  from -= from === known?.from && from !== low ? 0 : room
  to += to === known?.to && to !== high ? 0 : room
  const { floor = Number.NEGATIVE_INFINITY, ceiling = Number.POSITIVE_INFINITY } = known ?? {}
  if (from < floor) {
    to += Math.min(floor - from, Math.max(0, least - (to - floor)))
    from = floor
  }
  if (to > ceiling) to = ceiling
  return [from, to]
}

/** Ticks are whole numbers; halves only of degrees. */
export const trendSteps = (metric: string): number[] => [
  ...(/temperature/.test(metric) ? [0.5] : []),
  1,
  2,
  5,
  10,
  20,
  25,
  50,
  100,
  200,
  500,
  1_000,
]
