import { defineCourse } from './course.ts'

/** The days after an uncomplicated operation or infection: a little pain and warmth that go. */
export const healthyRecovery = defineCourse({
  id: 'healthy-recovery',
  title: 'Uncomplicated recovery',
  from: { pain: 0.2, feverCelsius: 0.5, shunt: 0.012 },
  phases: [
    { name: 'first day', minutes: 960, to: { pain: 0.1, feverCelsius: 0.2, shunt: 0.006 } },
    { name: 'second day', minutes: 1_440, to: { pain: 0, feverCelsius: 0, shunt: 0 } },
  ],
  expects: [
    { atMinute: 60, vital: 'heartRate', range: [60, 105] },
    { atMinute: 60, vital: 'temperature', range: [36.6, 37.8] },
    { atMinute: 1_200, vital: 'respiratoryRate', range: [11, 20] },
    { atMinute: 2_400, vital: 'heartRate', range: [58, 100] },
  ],
})
