import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'systolic-bp-low',
  title: 'Systolic pressure low',
  priority: 'high',
  rationale:
    'Below 90 mmHg means shock until shown otherwise, and scores 3 in NEWS2. It latches, because a pressure that recovered unseen may fall again.',
  references: [
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
    'Evans L et al. Surviving Sepsis Campaign: international guidelines for management of sepsis and septic shock 2021. Crit Care Med 2021;49:e1063–143',
  ],
  input: latest('systolic-bp', { alike: ['arterial-systolic'], maxAgeS: 1800, cadence: 'spot' }),
  params: {
    limit: number('mm[Hg]', { default: 90, min: 70, max: 110 }),
    delay: number('s', { default: 10, min: 0, max: 60 }),
    hysteresis: number('mm[Hg]', { default: 5, min: 0, max: 15 }),
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
      everyS: 900,
      series: '120 82',
      expect: [[900, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 900,
      series: '120 82 120',
      expect: [
        [900, 'raised'],
        [1800, 'latched'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '120x5 82x10 120x20',
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
