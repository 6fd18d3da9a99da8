import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'heart-rate-very-high',
  title: 'Extreme tachycardia',
  priority: 'high',
  rationale:
    'At such a rate filling time is short and the rhythm is often not sinus: someone must look at once.',
  references: [
    'Sandau KE et al. Update to practice standards for electrocardiographic monitoring in hospital settings. Circulation 2017;136:e273–344',
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
  ],
  input: latest('heart-rate', {
    orElse: ['pulse-rate', 'arterial-pulse-rate', 'nibp-pulse-rate'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 150, min: 120, max: 220 }),
    delay: number('s', { default: 5, min: 0, max: 20 }),
    hysteresis: number('/min', { default: 5, min: 0, max: 20 }),
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
      series: '80x5 170x15',
      expect: [[10, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '80x5 170x10 80x10',
      expect: [
        [10, 'raised'],
        [15, 'latched'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '80x5 170x5 80x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '80x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
