import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'respiratory-rate-very-low',
  title: 'Breathing nearly stopped',
  priority: 'high',
  rationale:
    'Fewer than five breaths a minute is apnoea in all but name. It judges the rate that a device reports, which lags; it does not replace an apnoea alarm at the bedside.',
  references: [
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
    'IEC 60601-1-8:2006+A2:2020',
  ],
  input: latest('respiratory-rate', {
    orElse: ['respiratory-rate-impedance', 'respiratory-rate-co2', 'respiratory-rate-pleth'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 5, min: 2, max: 8 }),
    delay: number('s', { default: 10, min: 0, max: 30 }),
    hysteresis: number('/min', { default: 2, min: 0, max: 4 }),
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
      series: '16x5 3x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '16x5 3x15 16x10',
      expect: [
        [15, 'raised'],
        [20, 'latched'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '16x5 3x10 16x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '16x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
