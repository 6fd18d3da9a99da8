import type { Trend } from '../../../../src/telemetry/contract.ts'

/** Which metrics share a chart, and in which order the charts stand. */
const groups: readonly (readonly string[])[] = [
  ['heart-rate', 'pulse-rate'],
  ['spo2'],
  ['respiratory-rate'],
  ['systolic-bp', 'diastolic-bp', 'mean-bp'],
  ['arterial-systolic', 'arterial-diastolic', 'arterial-mean'],
  ['body-temperature'],
  ['oxygen-flow'],
  ['inspired-oxygen'],
  ['consciousness'],
  ['glucose'],
  ['interstitial-glucose'],
  ['end-tidal-co2'],
  ['news2'],
]

/** Words about devices and rooms, not about the patient. */
const aside = /^(battery|signal|lead-off|room-|noise|acceleration)/

export function trendGroups(present: readonly string[]): readonly (readonly string[])[] {
  const known = groups.map((group) => group.filter((metric) => present.includes(metric)))
  const named = new Set(groups.flat())
  const others = present
    .filter((metric) => !named.has(metric) && !aside.test(metric))
    .map((metric) => [metric])
  return [...known, ...others].filter((group) => group.length > 0)
}

/** Within this many beats a minute the pulse says what the heart says. */
const samePulse = 5

const meanOf = ({ values }: Trend): number => {
  const known = values.filter((value) => value !== null)
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
}

/** The pulse's line is drawn beside the heart's only where the two differ: else one would hide the other. */
export function foldPulse(group: readonly Trend[]): readonly Trend[] {
  const heart = group.find(({ metric }) => metric === 'heart-rate')
  if (!heart) return group
  return group.filter(
    (trend) => trend.metric !== 'pulse-rate' || Math.abs(meanOf(trend) - meanOf(heart)) > samePulse,
  )
}
