import { atLeast, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'news2-medium',
  title: 'NEWS2 medium',
  priority: 'medium',
  rationale: 'A total of 5 or 6 is the threshold for an urgent response. The alarm for 7 and more hides it.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('news2', { maxAgeS: 300, cadence: 'continuous' }),
  params: {
    limit: number('{score}', { default: 5, min: 3, max: 7 }),
    delay: number('s', { default: 30, min: 0, max: 300 }),
    hysteresis: number('{score}', { default: 1, min: 0, max: 3 }),
    clearDelay: number('s', { default: 60, min: 0, max: 600 }),
  },
  when: atLeast('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'hold',
  inhibitedBy: ['news2-high'],
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '3x5 6x40',
      expect: [[35, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '3x5 6x35 3x70',
      expect: [
        [35, 'raised'],
        [100, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '3x5 6x30 3x20', expect: [] },
    {
      name: 'silence does not clear it',
      shows: 'missing',
      series: '3x5 6x35 _x80',
      expect: [[35, 'raised']],
    },
  ],
})
