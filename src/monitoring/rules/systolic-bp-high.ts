import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'systolic-bp-high',
  title: 'Systolic pressure high',
  priority: 'medium',
  rationale:
    'From 180 mmHg a hypertensive emergency must be ruled out. A cuff reading is a measurement in its own right and counts at once; an arterial line must hold for the delay.',
  references: [
    'Williams B et al. 2018 ESC/ESH guidelines for the management of arterial hypertension. Eur Heart J 2018;39:3021–104',
  ],
  input: latest('systolic-bp', { alike: ['arterial-systolic'], maxAgeS: 1800, cadence: 'spot' }),
  params: {
    limit: number('mm[Hg]', { default: 180, min: 140, max: 240 }),
    delay: number('s', { default: 10, min: 0, max: 60 }),
    hysteresis: number('mm[Hg]', { default: 5, min: 0, max: 20 }),
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
      everyS: 900,
      series: '120 195',
      expect: [[900, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 900,
      series: '120 195 120',
      expect: [
        [900, 'raised'],
        [1800, 'cleared'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '120x5 195x10 120x20',
      expect: [],
    },
    {
      name: 'measurements that stop are announced',
      shows: 'missing',
      everyS: 900,
      series: '120x5 .x4',
      expect: [[6301, 'technical']],
    },
  ],
})
