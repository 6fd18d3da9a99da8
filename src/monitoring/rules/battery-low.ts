import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'battery-low',
  title: 'Battery low',
  kind: 'technical',
  priority: 'low',
  rationale:
    'A monitor that dies of its battery looks like a patient who is well. It rings while there is time to change it.',
  references: ['IEC 60601-1-8:2006+A2:2020'],
  input: latest('battery-level', { maxAgeS: 3600, cadence: 'spot' }),
  params: {
    limit: number('%', { default: 20, min: 5, max: 50 }),
    delay: number('s', { default: 0, min: 0, max: 600 }),
    hysteresis: number('%', { default: 5, min: 0, max: 20 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  latching: false,
  onMissing: 'hold',
  cases: [
    {
      name: 'one measurement is enough',
      shows: 'raise',
      everyS: 900,
      series: '80 15',
      expect: [[900, 'raised']],
    },
    {
      name: 'the next good measurement ends it',
      shows: 'clear',
      everyS: 900,
      series: '80 15 80',
      expect: [
        [900, 'raised'],
        [1800, 'cleared'],
      ],
    },
    { name: 'at the limit itself it stays quiet', shows: 'brief', series: '80x5 20x20 80x5', expect: [] },
    {
      name: 'silence leaves it as it was',
      shows: 'missing',
      everyS: 900,
      series: '80 15 .x5',
      expect: [[900, 'raised']],
    },
  ],
})
