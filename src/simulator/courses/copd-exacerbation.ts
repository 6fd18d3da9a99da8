import { defineCourse } from './course.ts'

/** A patient who lives at 88–92 %: worsens with mucus and air trapping, answers to bronchodilators and careful oxygen. */
export const copdExacerbation = defineCourse({
  id: 'copd-exacerbation',
  title: 'COPD exacerbation, target saturation 88–92 %',
  after: 'repeat',
  shape: (person) => ({
    ...person,
    shunt: person.shunt + 0.15,
    co2SetPoint: person.co2SetPoint + 6,
    respiratoryRate: person.respiratoryRate + 2.5,
    heartRate: person.heartRate + 5,
  }),
  phases: [
    { name: 'usual', minutes: 30, to: {} },
    {
      name: 'worsening',
      minutes: 180,
      to: { shunt: 0.16, deadSpace: 0.12, breathlessness: 0.85, feverCelsius: 0.6, chronotropy: 14 },
    },
    {
      name: 'worst',
      minutes: 120,
      to: {
        shunt: 0.2,
        deadSpace: 0.14,
        breathlessness: 1,
        feverCelsius: 0.8,
        chronotropy: 18,
        oxygenLPerMin: 1,
      },
    },
    {
      name: 'answering',
      minutes: 480,
      to: {
        shunt: 0.04,
        deadSpace: 0.04,
        breathlessness: 0.25,
        feverCelsius: 0.2,
        chronotropy: 8,
        oxygenLPerMin: 1,
      },
    },
    {
      name: 'usual again',
      minutes: 600,
      to: { shunt: 0, deadSpace: 0, breathlessness: 0, feverCelsius: 0, chronotropy: 0, oxygenLPerMin: 0 },
    },
  ],
  expects: [
    { atMinute: 0, vital: 'spo2', range: [86, 93.5] },
    { atMinute: 210, vital: 'respiratoryRate', range: [21, 36] },
    { atMinute: 210, vital: 'spo2', range: [76, 89] },
    { atMinute: 330, vital: 'heartRate', range: [85, 135] },
    { atMinute: 1_400, vital: 'spo2', range: [86, 93.5] },
  ],
  trends: [
    { vital: 'respiratoryRate', direction: 'rises', fromMinute: 30, toMinute: 210 },
    { vital: 'spo2', direction: 'falls', fromMinute: 30, toMinute: 210 },
  ],
})
