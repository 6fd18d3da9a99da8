import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'mean-bp-low',
  title: 'Mean pressure low',
  priority: 'high',
  rationale:
    'Sixty-five is the pressure that resuscitation aims for in septic shock: below it kidneys and brain lose their flow. The systolic alarm of the same patient says the same and hides it.',
  references: [
    'Evans L et al. Surviving Sepsis Campaign: international guidelines for management of sepsis and septic shock 2021. Crit Care Med 2021;49:e1063–143',
  ],
  input: latest('mean-bp', { alike: ['arterial-mean'], maxAgeS: 1800, cadence: 'spot' }),
  params: {
    limit: number('mm[Hg]', { default: 65, min: 50, max: 80 }),
    delay: number('s', { default: 10, min: 0, max: 60 }),
    hysteresis: number('mm[Hg]', { default: 3, min: 0, max: 10 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['systolic-bp-low'],
  inhibitedWithin: 'device',
  cases: [
    {
      name: 'one measurement is enough',
      shows: 'raise',
      everyS: 900,
      series: '90 58',
      expect: [[900, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 900,
      series: '90 58 90',
      expect: [
        [900, 'raised'],
        [1800, 'latched'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '90x5 58x10 90x20',
      expect: [],
    },
    {
      name: 'measurements that stop are announced',
      shows: 'missing',
      everyS: 900,
      series: '90x5 .x4',
      expect: [[6301, 'technical']],
    },
  ],
})
