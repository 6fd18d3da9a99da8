import { defineCourse } from './course.ts'

/** Type 1 diabetes, too much insulin: sweats and tremor, then confusion, then dextrose by vein. */
export const hypoglycaemia = defineCourse({
  id: 'hypoglycaemia',
  title: 'Hypoglycaemia after an insulin overdose',
  // Not her own: what she injects with her meals acts as if it were.
  insulinSecretion: 0.6,
  shape: (person) => ({ ...person, glucoseMgPerDl: person.glucoseMgPerDl + 20 }),
  phases: [
    { name: 'before', minutes: 60, to: {} },
    { name: 'absorbing', minutes: 20, to: { insulin: 18 } },
    { name: 'falling', minutes: 80, to: { insulin: 20 } },
    { name: 'dextrose', minutes: 10, to: { insulin: 4, dextrose: 14 } },
    { name: 'after', minutes: 30, to: { insulin: 0, dextrose: 3 } },
    { name: 'settled', minutes: 600, to: { dextrose: 0 } },
  ],
  expects: [
    { atMinute: 30, vital: 'glucoseMgPerDl', range: [100, 330] },
    { atMinute: 160, vital: 'glucoseMgPerDl', range: [25, 62] },
    { atMinute: 160, vital: 'heartRate', range: [68, 125] },
    { atMinute: 260, vital: 'glucoseMgPerDl', range: [75, 330] },
  ],
  trends: [{ vital: 'glucoseMgPerDl', direction: 'falls', fromMinute: 90, toMinute: 150 }],
})
