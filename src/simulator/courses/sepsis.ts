import { defineCourse } from './course.ts'

/** Pneumonia turning to sepsis over four hours, seen and treated (fluids, oxygen, vasopressor), better after ten. */
export const sepsis = defineCourse({
  id: 'sepsis',
  title: 'Sepsis from pneumonia, then treated',
  phases: [
    { name: 'incubation', minutes: 60, to: { feverCelsius: 0.8, shunt: 0.02, vasodilation: 0.05 } },
    {
      name: 'onset',
      minutes: 120,
      to: { feverCelsius: 2.2, shunt: 0.11, vasodilation: 0.3, breathlessness: 0.5, volumeLoss: 0.08 },
    },
    {
      name: 'septic',
      minutes: 120,
      to: { feverCelsius: 2.6, shunt: 0.2, vasodilation: 0.58, breathlessness: 1.05, volumeLoss: 0.22 },
    },
    {
      name: 'treated',
      minutes: 120,
      to: {
        feverCelsius: 1.9,
        shunt: 0.17,
        vasodilation: 0.35,
        breathlessness: 0.6,
        volumeLoss: 0,
        oxygenLPerMin: 4,
      },
    },
    {
      name: 'recovering',
      minutes: 480,
      to: { feverCelsius: 0.3, shunt: 0.05, vasodilation: 0.06, breathlessness: 0.15, oxygenLPerMin: 2 },
    },
    {
      name: 'recovered',
      minutes: 720,
      to: { feverCelsius: 0, shunt: 0.01, vasodilation: 0, breathlessness: 0, oxygenLPerMin: 0 },
    },
  ],
  expects: [
    { atMinute: 0, vital: 'heartRate', range: [58, 92] },
    { atMinute: 180, vital: 'heartRate', range: [88, 130] },
    { atMinute: 180, vital: 'temperature', range: [37.8, 39.5] },
    { atMinute: 300, vital: 'heartRate', range: [105, 165] },
    { atMinute: 300, vital: 'respiratoryRate', range: [24, 42] },
    { atMinute: 300, vital: 'spo2', range: [78, 91.5] },
    { atMinute: 300, vital: 'systolic', range: [60, 100] },
    { atMinute: 300, vital: 'temperature', range: [38.6, 40.2] },
    { atMinute: 420, vital: 'systolic', range: [90, 135] },
    { atMinute: 900, vital: 'heartRate', range: [60, 100] },
    { atMinute: 900, vital: 'respiratoryRate', range: [12, 22] },
    { atMinute: 1_600, vital: 'spo2', range: [93, 99.5] },
  ],
  trends: [
    { vital: 'heartRate', direction: 'rises', fromMinute: 60, toMinute: 300 },
    { vital: 'respiratoryRate', direction: 'rises', fromMinute: 60, toMinute: 300 },
    { vital: 'temperature', direction: 'rises', fromMinute: 0, toMinute: 300 },
    { vital: 'spo2', direction: 'falls', fromMinute: 60, toMinute: 300 },
    { vital: 'systolic', direction: 'falls', fromMinute: 180, toMinute: 300 },
  ],
})
