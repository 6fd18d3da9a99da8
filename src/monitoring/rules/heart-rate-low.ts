import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'heart-rate-low',
  title: 'Heart rate low',
  priority: 'medium',
  rationale:
    'Between 41 and 50 NEWS2 scores 1; many healthy sleepers and athletes live there, so the limit stands lower and a patient’s own may stand lower still.',
  references: [
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
    'Sandau KE et al. Update to practice standards for electrocardiographic monitoring in hospital settings. Circulation 2017;136:e273–344',
  ],
  input: latest('heart-rate', {
    orElse: ['pulse-rate', 'arterial-pulse-rate', 'nibp-pulse-rate'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 45, min: 30, max: 60 }),
    delay: number('s', { default: 10, min: 0, max: 60 }),
    hysteresis: number('/min', { default: 3, min: 0, max: 10 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['heart-rate-very-low'],
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '80x5 42x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '80x5 42x15 80x10',
      expect: [
        [15, 'raised'],
        [20, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '80x5 42x10 80x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '80x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
