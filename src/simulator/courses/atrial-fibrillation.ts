import { defineCourse } from './course.ts'

/** Fits of fast, irregular atrial fibrillation between hours of sinus rhythm. */
export const atrialFibrillation = defineCourse({
  id: 'atrial-fibrillation',
  title: 'Paroxysmal atrial fibrillation',
  phases: [
    { name: 'sinus', minutes: 90, to: { pvcPerMin: 1 } },
    { name: 'onset', minutes: 2, to: { rhythm: 'atrial-fibrillation', chronotropy: 42, pvcPerMin: 1 } },
    { name: 'fibrillating', minutes: 75, to: { chronotropy: 38 } },
    { name: 'rate controlled', minutes: 60, to: { chronotropy: 14 } },
    { name: 'back in sinus', minutes: 10, to: { rhythm: 'sinus', chronotropy: 0 } },
    { name: 'quiet', minutes: 180, to: { pvcPerMin: 0 } },
  ],
  after: 'repeat',
  expects: [
    { atMinute: 60, vital: 'heartRate', range: [58, 95] },
    { atMinute: 140, vital: 'heartRate', range: [100, 150] },
    { atMinute: 300, vital: 'heartRate', range: [58, 95] },
  ],
})
