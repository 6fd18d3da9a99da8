/**
 * National Early Warning Score 2 as data: Royal College of Physicians, "National Early Warning Score (NEWS) 2.
 * Standardising the assessment of acute-illness severity in the NHS", 2017, chart 1 and table 1.
 *
 * Rounding before scoring: temperature to 0.1 °C, everything else to whole numbers, halves up; the chart has no row
 * between two of its values. A part that is missing or too old is named and carries no points: the total is then a
 * lower bound.
 */
export type News2Part =
  | 'respiratory-rate'
  | 'oxygen-saturation'
  | 'supplemental-oxygen'
  | 'systolic-bp'
  | 'pulse'
  | 'consciousness'
  | 'temperature'

export interface News2Values {
  readonly 'respiratory-rate': number | null
  readonly 'oxygen-saturation': number | null
  /** 1: on oxygen, 0: on air. */
  readonly 'supplemental-oxygen': number | null
  readonly 'systolic-bp': number | null
  readonly pulse: number | null
  /** 0: alert; anything else: new confusion, voice, pain, unresponsive. */
  readonly consciousness: number | null
  readonly temperature: number | null
}

export interface News2Result {
  readonly total: number
  readonly complete: boolean
  readonly missing: readonly News2Part[]
  readonly points: Readonly<Record<News2Part, number | null>>
  readonly highestPart: number
  readonly risk: 'none' | 'low' | 'low-medium' | 'medium' | 'high'
}

export const news2Parts: readonly News2Part[] = [
  'respiratory-rate',
  'oxygen-saturation',
  'supplemental-oxygen',
  'systolic-bp',
  'pulse',
  'consciousness',
  'temperature',
]

/** Ascending: the points of the first row whose upper end holds the value. */
type Bands = readonly (readonly [upTo: number, points: number])[]
const highest = Number.POSITIVE_INFINITY

const bands = {
  'respiratory-rate': [
    [8, 3],
    [11, 1],
    [20, 0],
    [24, 2],
    [highest, 3],
  ],
  'systolic-bp': [
    [90, 3],
    [100, 2],
    [110, 1],
    [219, 0],
    [highest, 3],
  ],
  pulse: [
    [40, 3],
    [50, 1],
    [90, 0],
    [110, 1],
    [130, 2],
    [highest, 3],
  ],
  temperature: [
    [35, 3],
    [36, 1],
    [38, 0],
    [39, 1],
    [highest, 2],
  ],
} as const satisfies Record<string, Bands>

const spo2Scale1: Bands = [
  [91, 3],
  [93, 2],
  [95, 1],
  [highest, 0],
]
const spo2Scale2OnAir: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [highest, 0],
]
const spo2Scale2OnOxygen: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
  [94, 1],
  [96, 2],
  [highest, 3],
]

const pointsIn = (rows: Bands, value: number): number => rows.find(([upTo]) => value <= upTo)![1]
/** To the nearest, halves up; the tolerance takes back what binary fractions lose (38.05 · 10). */
const rounded = (value: number, perUnit: number): number => Math.floor(value * perUnit + 0.5 + 1e-9) / perUnit

/** On scale 2 a saturation above 92 % cannot be scored while it is not known whether the patient is on oxygen. */
function saturationPoints(spo2: number, onOxygen: number | null, scale: 1 | 2): number | null {
  if (scale === 1) return pointsIn(spo2Scale1, spo2)
  if (onOxygen === null && spo2 > 92) return null
  return pointsIn(onOxygen === 1 ? spo2Scale2OnOxygen : spo2Scale2OnAir, spo2)
}

function pointsOf(part: News2Part, values: News2Values, scale: 1 | 2): number | null {
  const value = values[part]
  if (value === null) return null
  switch (part) {
    case 'oxygen-saturation':
      return saturationPoints(rounded(value, 1), values['supplemental-oxygen'], scale)
    case 'supplemental-oxygen':
      return value === 0 ? 0 : 2
    case 'consciousness':
      return value === 0 ? 0 : 3
    default:
      return pointsOfValue(part, value)
  }
}

const pointsOfValue = (part: keyof typeof bands, value: number): number =>
  pointsIn(bands[part], rounded(value, part === 'temperature' ? 10 : 1))

/** Table 2 of the report: clinical risk by total, and by a single part that scores 3. */
function riskOf(total: number, highestPart: number): News2Result['risk'] {
  if (total >= 7) return 'high'
  if (total >= 5) return 'medium'
  if (highestPart >= 3) return 'low-medium'
  return total === 0 ? 'none' : 'low'
}

export function scoreNews2(values: News2Values, scale: 1 | 2): News2Result {
  const points = Object.fromEntries(
    news2Parts.map((part) => [part, pointsOf(part, values, scale)]),
  ) as Record<News2Part, number | null>
  const present = news2Parts.flatMap((part) => points[part] ?? [])
  const total = present.reduce((sum, each) => sum + each, 0)
  const highestPart = Math.max(0, ...present)
  const missing = news2Parts.filter((part) => points[part] === null)
  return {
    total,
    complete: missing.length === 0,
    missing,
    points,
    highestPart,
    risk: riskOf(total, highestPart),
  }
}

/** Whether two values of a part score alike whatever the scale and the oxygen. */
export function sameNews2Points(part: News2Part, before: number, after: number): boolean {
  switch (part) {
    case 'oxygen-saturation':
      return rounded(before, 1) === rounded(after, 1)
    case 'supplemental-oxygen':
    case 'consciousness':
      return (before === 0) === (after === 0)
    default:
      return pointsOfValue(part, before) === pointsOfValue(part, after)
  }
}
