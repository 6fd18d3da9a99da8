import { defineAlarmRule, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'no-data',
  title: 'No data',
  kind: 'technical',
  priority: 'low',
  rationale:
    'Silence must never be taken for safety. Each stream that was heard has a cadence of its own; when it stays away for three times that, somebody is told which one. A device that is offline, a lead that is off, or a clock that is wrong, explains it and hides it.',
  references: [
    'IEC 60601-1-8:2006+A2:2020, 6.11 (distributed alarm systems detect the loss of their source)',
  ],
  params: {
    factor: number('1', { default: 3, min: 2, max: 10 }),
    floor: number('s', { default: 10, min: 5, max: 120 }),
  },
  when: { test: 'silent', factor: 'factor', floor: 'floor' },
  onMissing: 'technical-alarm',
  inhibitedBy: ['device-offline', 'lead-off', 'data-too-old'],
  cases: [
    {
      name: 'a stream that stops is announced',
      shows: 'raise',
      series: '97x5 .x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'the next value ends it',
      shows: 'clear',
      series: '97x5 .x14 97x5',
      expect: [
        [15, 'raised'],
        [19, 'cleared'],
      ],
    },
    { name: 'a few lost values stay quiet', shows: 'brief', series: '97x5 .x9 97x10', expect: [] },
    {
      name: 'values that fail are as good as none',
      shows: 'missing',
      series: '97x5 _x20',
      expect: [[15, 'raised']],
    },
  ],
})
