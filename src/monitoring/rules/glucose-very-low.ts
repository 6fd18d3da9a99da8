import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'glucose-very-low',
  title: 'Glucose very low',
  priority: 'high',
  rationale:
    'Below 54 mg/dL is level 2: clinically important, the person may soon be unable to help themselves.',
  references: [
    'Battelino T et al. Clinical targets for continuous glucose monitoring data interpretation: recommendations from the international consensus on time in range. Diabetes Care 2019;42:1593–603',
  ],
  input: latest('glucose', {
    alike: ['capillary-glucose', 'interstitial-glucose'],
    maxAgeS: 1800,
    cadence: 'spot',
  }),
  params: {
    limit: number('mg/dL', { default: 54, min: 45, max: 70 }),
    delay: number('s', { default: 60, min: 0, max: 900 }),
    hysteresis: number('mg/dL', { default: 5, min: 0, max: 20 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'one measurement is enough',
      shows: 'raise',
      everyS: 300,
      series: '110 48',
      expect: [[300, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 300,
      series: '110 48 110',
      expect: [
        [300, 'raised'],
        [600, 'latched'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '110x5 48x60 110x20',
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
