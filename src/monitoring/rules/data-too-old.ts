import { defineAlarmRule, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'data-too-old',
  title: 'Data too old',
  kind: 'technical',
  priority: 'low',
  rationale:
    'A device whose clock is wrong, or whose link lags, sends values that nobody may take for the patient now. They are kept but not judged, so the patient is not watched by them, and somebody must know. A memory that is read out in less than the delay stays quiet, and so does a recording more than a day old.',
  references: [
    'IEC 60601-1-8:2006+A2:2020, 6.11 (distributed alarm systems detect the loss of their source)',
  ],
  params: { delay: number('s', { default: 30, min: 10, max: 600 }) },
  when: { test: 'late' },
  sustainedFor: 'delay',
  onMissing: 'hold',
  inhibitedBy: ['device-offline'],
  cases: [
    {
      name: 'values that keep coming late are announced',
      shows: 'raise',
      series: '~97x40',
      expect: [[30, 'raised']],
    },
    {
      name: 'the first timely value ends it',
      shows: 'clear',
      series: '~97x35 97x5',
      expect: [
        [30, 'raised'],
        [35, 'cleared'],
      ],
    },
    { name: 'a memory that is read out stays quiet', shows: 'brief', series: '97x5 ~97x9 97x20', expect: [] },
    {
      name: 'silence after it does not clear it',
      shows: 'missing',
      series: '~97x35 .x20',
      expect: [[30, 'raised']],
    },
  ],
})
