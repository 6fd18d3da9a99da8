import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'respiratory-rate-low',
  title: 'Respiratory rate low',
  priority: 'medium',
  rationale:
    'Fewer than nine breaths a minute score 3 in NEWS2; after opioids they come before desaturation where oxygen is given.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('respiratory-rate', {
    orElse: ['respiratory-rate-impedance', 'respiratory-rate-co2', 'respiratory-rate-pleth'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 9, min: 6, max: 12 }),
    delay: number('s', { default: 20, min: 0, max: 60 }),
    hysteresis: number('/min', { default: 1, min: 0, max: 4 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['respiratory-rate-very-low'],
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '16x5 8x30',
      expect: [[25, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '16x5 8x25 16x10',
      expect: [
        [25, 'raised'],
        [30, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '16x5 8x20 16x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '16x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
