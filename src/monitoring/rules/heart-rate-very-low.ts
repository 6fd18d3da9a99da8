import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'heart-rate-very-low',
  title: 'Extreme bradycardia',
  priority: 'high',
  rationale:
    'Below 40 a minute output falls and a pause may follow. It latches: a spell that ended by itself must still be seen.',
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
    limit: number('/min', { default: 40, min: 20, max: 50 }),
    delay: number('s', { default: 5, min: 0, max: 20 }),
    hysteresis: number('/min', { default: 3, min: 0, max: 10 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '80x5 32x15',
      expect: [[10, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '80x5 32x10 80x10',
      expect: [
        [10, 'raised'],
        [15, 'latched'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '80x5 32x5 80x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '80x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
