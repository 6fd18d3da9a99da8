/** What a number means to the one it was measured on. Ranges are what is usual in adults at rest, not an alarm limit. */
interface Usual {
  readonly low: number
  readonly high: number
}

/** Royal College of Physicians, NEWS2 (2017): the bands that score no points; glucose: IDF, before and after meals. */
const usual: Readonly<Record<string, Usual>> = {
  'heart-rate': { low: 51, high: 90 },
  'pulse-rate': { low: 51, high: 90 },
  spo2: { low: 96, high: 100 },
  'respiratory-rate': { low: 12, high: 20 },
  'body-temperature': { low: 36.1, high: 38 },
  'systolic-bp': { low: 111, high: 219 },
  glucose: { low: 70, high: 180 },
}

export function placeOf(metric: string, value: number): 'usual' | 'above' | 'below' | undefined {
  const range = usual[metric]
  if (!range) return undefined
  return value < range.low ? 'below' : value > range.high ? 'above' : 'usual'
}

const mgPerMmolGlucose = 18.016

export interface Shown {
  readonly value: number
  readonly decimals: number
  readonly unit: string
}

/** In the units the person chose for themselves. */
export function shownIn(
  metric: string,
  value: number,
  otherwise: Omit<Shown, 'value'>,
  choice: { readonly temperature: string; readonly glucose: string },
): Shown {
  if (metric === 'body-temperature' && choice.temperature === 'fahrenheit') {
    return { value: value * 1.8 + 32, decimals: 1, unit: '°F' }
  }
  if (metric === 'glucose' && choice.glucose === 'mmol') {
    return { value: value / mgPerMmolGlucose, decimals: 1, unit: 'mmol/L' }
  }
  return { value, ...otherwise }
}
