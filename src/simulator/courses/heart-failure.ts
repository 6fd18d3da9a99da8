import { defineCourse } from './course.ts'

/** Fluid gathers in the lungs overnight; diuretics, oxygen and a night upright bring it back. */
export const heartFailure = defineCourse({
  id: 'heart-failure',
  title: 'Decompensated heart failure',
  after: 'repeat',
  shape: (person) => ({
    ...person,
    cardiacOutputLPerMin: person.cardiacOutputLPerMin * 0.86,
    heartRate: person.heartRate + 5,
    shunt: person.shunt + 0.015,
  }),
  from: { pvcPerMin: 2 },
  phases: [
    { name: 'compensated', minutes: 60, to: {} },
    {
      name: 'congesting',
      minutes: 240,
      to: { contractility: 0.8, volumeLoss: -0.08, shunt: 0.12, breathlessness: 0.95, pvcPerMin: 5 },
    },
    {
      name: 'treated',
      minutes: 240,
      to: { contractility: 0.9, volumeLoss: -0.02, shunt: 0.07, breathlessness: 0.35, oxygenLPerMin: 2 },
    },
    {
      name: 'dry',
      minutes: 720,
      to: {
        contractility: 1,
        volumeLoss: 0,
        shunt: 0.01,
        breathlessness: 0,
        oxygenLPerMin: 0,
        pvcPerMin: 2,
      },
    },
  ],
  expects: [
    { atMinute: 290, vital: 'respiratoryRate', range: [19, 34] },
    { atMinute: 290, vital: 'spo2', range: [84, 94] },
    { atMinute: 290, vital: 'heartRate', range: [75, 125] },
    { atMinute: 1_250, vital: 'spo2', range: [93, 99.5] },
  ],
  trends: [
    { vital: 'respiratoryRate', direction: 'rises', fromMinute: 60, toMinute: 290 },
    { vital: 'spo2', direction: 'falls', fromMinute: 60, toMinute: 290 },
  ],
})
