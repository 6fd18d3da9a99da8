import { defineCourse } from './course.ts'

/** The day of the operation: pain and a slow hidden bleed, held up by the reflexes until they fail, then blood. */
export const postOperativeBleed = defineCourse({
  id: 'post-operative-bleed',
  title: 'Bleeding after an operation',
  from: { pain: 0.25, oxygenLPerMin: 2 },
  phases: [
    { name: 'recovery room', minutes: 60, to: {} },
    {
      name: 'hidden bleed',
      minutes: 120,
      to: { volumeLoss: 0.2, oxygenLPerMin: 2, breathlessness: 0.25 },
    },
    {
      name: 'shock',
      minutes: 60,
      to: { volumeLoss: 0.36, oxygenLPerMin: 2, breathlessness: 0.6, vasodilation: 0.1 },
    },
    {
      name: 'transfusion',
      minutes: 60,
      to: { volumeLoss: 0.1, oxygenLPerMin: 4, breathlessness: 0.2, vasodilation: 0 },
    },
    {
      name: 'settled',
      minutes: 600,
      to: { volumeLoss: 0.02, oxygenLPerMin: 0, breathlessness: 0, pain: 0.1 },
    },
  ],
  expects: [
    { atMinute: 30, vital: 'systolic', range: [105, 165] },
    { atMinute: 180, vital: 'heartRate', range: [75, 130] },
    { atMinute: 240, vital: 'heartRate', range: [92, 155] },
    { atMinute: 240, vital: 'systolic', range: [50, 100] },
    { atMinute: 880, vital: 'systolic', range: [100, 165] },
  ],
  trends: [
    { vital: 'heartRate', direction: 'rises', fromMinute: 60, toMinute: 240 },
    { vital: 'systolic', direction: 'falls', fromMinute: 60, toMinute: 240 },
  ],
})
