/** Which of a patient's metrics stand in the tile's column of large numbers, and which belong to the slow line. */
const columns: readonly (readonly string[])[] = [
  ['heart-rate', 'pulse-rate'],
  ['spo2'],
  ['respiratory-rate', 'co2-respiratory-rate'],
]

/** Three, always the same three places, so that columns align across tiles; a place may stand empty. */
export function largeMetrics(present: readonly string[]): readonly string[] {
  return columns.map((choices) => choices.find((metric) => present.includes(metric)) ?? choices[0]!)
}

export const slowMetrics = {
  systolic: 'systolic-bp',
  diastolic: 'diastolic-bp',
  mean: 'mean-bp',
  temperature: 'body-temperature',
  oxygen: ['oxygen-flow', 'inspired-oxygen'],
  consciousness: 'consciousness',
  glucose: 'glucose',
} as const

/** An alarm on mean pressure lights the pressure line; on any other metric that metric. */
export const isPressure = (metric: string | null): boolean =>
  metric === slowMetrics.systolic || metric === slowMetrics.diastolic || metric === slowMetrics.mean
