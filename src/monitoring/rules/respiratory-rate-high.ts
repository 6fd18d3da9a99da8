import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'respiratory-rate-high',
  title: 'Respiratory rate high',
  priority: 'medium',
  rationale:
    'From 25 breaths a minute NEWS2 scores 3; it is the vital sign that changes first in deterioration. Impedance counting is noisy, hence the longer delay.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('respiratory-rate', {
    orElse: ['respiratory-rate-impedance', 'respiratory-rate-co2', 'respiratory-rate-pleth'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 24, min: 18, max: 40 }),
    delay: number('s', { default: 20, min: 0, max: 60 }),
    hysteresis: number('/min', { default: 2, min: 0, max: 6 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: above('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '16x5 30x30',
      expect: [[25, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '16x5 30x25 16x10',
      expect: [
        [25, 'raised'],
        [30, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '16x5 30x20 16x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '16x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
