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
