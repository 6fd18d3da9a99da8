import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'temperature-low',
  title: 'Temperature low',
  priority: 'medium',
  rationale: 'Below 35.1 °C NEWS2 scores 3: hypothermia, and in sepsis a worse sign than fever.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('body-temperature', {
    alike: [
      'core-temperature',
      'tympanic-temperature',
      'rectal-temperature',
      'oral-temperature',
      'ear-temperature',
      'axillary-temperature',
    ],
    maxAgeS: 7200,
    cadence: 'spot',
  }),
  params: {
    limit: number('Cel', { default: 35.1, min: 32, max: 36 }),
    delay: number('s', { default: 60, min: 0, max: 300 }),
    hysteresis: number('Cel', { default: 0.3, min: 0, max: 1 }),
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
      everyS: 3600,
      series: '37 34.5',
      expect: [[3600, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 3600,
      series: '37 34.5 37',
      expect: [
        [3600, 'raised'],
        [7200, 'cleared'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '37x5 34.5x60 37x20',
      expect: [],
    },
    {
      name: 'measurements that stop are announced',
      shows: 'missing',
      everyS: 3600,
      series: '37x5 .x4',
      expect: [[25201, 'technical']],
    },
  ],
})
