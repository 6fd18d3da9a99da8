import { defineAlarmRule, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'device-offline',
  title: 'Device offline',
  kind: 'technical',
  priority: 'medium',
  rationale:
    'Nobody is watching a patient whose device has gone. One alarm names the device, in place of one for each value that it does not send. A short break of the radio link passes within the delay.',
  references: [
    'IEC 60601-1-8:2006+A2:2020, 6.11 (distributed alarm systems detect the loss of their source)',
  ],
  params: { delay: number('s', { default: 10, min: 0, max: 120 }) },
  when: { test: 'disconnected' },
  sustainedFor: 'delay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'an unplugged device is announced',
      shows: 'raise',
      series: '97x5 off .x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'back again',
      shows: 'clear',
      series: '97x5 off .x15 on 97x5',
      expect: [
        [15, 'raised'],
        [20, 'cleared'],
      ],
    },
    { name: 'a short break stays quiet', shows: 'brief', series: '97x5 off .x9 on 97x10', expect: [] },
    {
      name: 'while it is away its missing values have no alarm of their own',
      shows: 'missing',
      series: '97x5 off .x60',
      expect: [[15, 'raised']],
    },
  ],
})
