import { defineCourse } from './course.ts'

export const stable = defineCourse({
  id: 'stable',
  title: 'Well and stable',
  phases: [{ name: 'stable', minutes: 1_440, to: {} }],
  after: 'repeat',
  expects: [60, 360, 720, 1_200].flatMap((atMinute) => [
    { atMinute, vital: 'heartRate', range: [58, 100] } as const,
    { atMinute, vital: 'respiratoryRate', range: [11, 20] } as const,
    { atMinute, vital: 'spo2', range: [94, 99.5] } as const,
    { atMinute, vital: 'systolic', range: [105, 160] } as const,
    { atMinute, vital: 'temperature', range: [36, 37.6] } as const,
  ]),
})
