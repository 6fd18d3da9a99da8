import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'glucose-low',
  title: 'Glucose low',
  priority: 'medium',
  rationale:
    'Below 70 mg/dL is the consensus level 1 of hypoglycaemia: time to eat, before it becomes level 2.',
  references: [
    'Battelino T et al. Clinical targets for continuous glucose monitoring data interpretation: recommendations from the international consensus on time in range. Diabetes Care 2019;42:1593–603',
  ],
  input: latest('glucose', {
    alike: ['capillary-glucose', 'interstitial-glucose'],
    maxAgeS: 1800,
    cadence: 'spot',
  }),
  params: {
    limit: number('mg/dL', { default: 70, min: 60, max: 100 }),
    delay: number('s', { default: 60, min: 0, max: 900 }),
    hysteresis: number('mg/dL', { default: 5, min: 0, max: 20 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['glucose-very-low'],
  cases: [
    {
      name: 'one measurement is enough',
      shows: 'raise',
      everyS: 300,
      series: '110 65',
      expect: [[300, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 300,
      series: '110 65 110',
      expect: [
        [300, 'raised'],
        [600, 'cleared'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '110x5 65x60 110x20',
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
