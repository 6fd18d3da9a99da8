import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'temperature-high',
  title: 'Temperature high',
  priority: 'medium',
  rationale:
    'Above 39.0 °C NEWS2 scores 2. One reading of a thermometer counts at once; a continuous probe must hold for the delay.',
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
    limit: number('Cel', { default: 39, min: 37.5, max: 41 }),
    delay: number('s', { default: 60, min: 0, max: 300 }),
    hysteresis: number('Cel', { default: 0.3, min: 0, max: 1 }),
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
      everyS: 3600,
      series: '37 39.6',
      expect: [[3600, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 3600,
      series: '37 39.6 37',
      expect: [
        [3600, 'raised'],
        [7200, 'cleared'],
      ],
    },
    {
      name: 'in a continuous stream a short excursion stays quiet',
      shows: 'brief',
      series: '37x5 39.6x60 37x20',
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
