import { atLeast, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'news2-high',
  title: 'NEWS2 high',
  priority: 'high',
  rationale:
    'A total of 7 or more asks for an emergency assessment by a critical-care team. A total with parts missing is a lower bound: it may raise this alarm and never clears it. The delay keeps a pulse at the edge of a band from ringing.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('news2', { maxAgeS: 300, cadence: 'continuous' }),
  params: {
    limit: number('{score}', { default: 7, min: 5, max: 12 }),
    delay: number('s', { default: 30, min: 0, max: 300 }),
    hysteresis: number('{score}', { default: 1, min: 0, max: 3 }),
    clearDelay: number('s', { default: 60, min: 0, max: 600 }),
  },
  when: atLeast('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'hold',
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '3x5 8x40',
      expect: [[35, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '3x5 8x35 3x70',
      expect: [
        [35, 'raised'],
        [100, 'latched'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '3x5 8x30 3x20', expect: [] },
    {
      name: 'silence does not clear it',
      shows: 'missing',
      series: '3x5 8x35 _x80',
      expect: [[35, 'raised']],
    },
  ],
})
