import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'glucose-very-high',
  title: 'Glucose very high',
  priority: 'medium',
  rationale:
    'Above 250 mg/dL is level 2: ketones should be looked for, and a missed dose of insulin or a blocked pump.',
  references: [
    'Battelino T et al. Clinical targets for continuous glucose monitoring data interpretation: recommendations from the international consensus on time in range. Diabetes Care 2019;42:1593–603',
  ],
  input: latest('glucose', {
    alike: ['capillary-glucose', 'interstitial-glucose'],
    maxAgeS: 1800,
    cadence: 'spot',
  }),
  params: {
    limit: number('mg/dL', { default: 250, min: 200, max: 400 }),
    delay: number('s', { default: 300, min: 0, max: 3600 }),
    hysteresis: number('mg/dL', { default: 15, min: 0, max: 60 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: above('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'one measurement is enough',
      shows: 'raise',
      everyS: 300,
      series: '110 280',
      expect: [[300, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 300,
      series: '110 280 110',
      expect: [
        [300, 'raised'],
        [600, 'cleared'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '110x5 280x300 110x20',
      expect: [],
    },
    {
      name: 'measurements that stop are announced',
      shows: 'missing',
      everyS: 300,
      series: '110x5 .x4',
      expect: [[2101, 'technical']],
    },
  ],
})
