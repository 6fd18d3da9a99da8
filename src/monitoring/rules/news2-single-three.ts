import { atLeast, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'news2-single-three',
  title: 'NEWS2 single part at 3',
  priority: 'medium',
  rationale:
    'One part scoring 3 asks for an urgent review by the ward even where the total is below 5. Where the total rings, or the sign itself, that alarm hides this one.',
  references: ['Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017'],
  input: latest('news2-highest-part', { maxAgeS: 300, cadence: 'continuous' }),
  params: {
    limit: number('{score}', { default: 3, min: 3, max: 3 }),
    delay: number('s', { default: 30, min: 0, max: 300 }),
    hysteresis: number('{score}', { default: 1, min: 0, max: 1 }),
    clearDelay: number('s', { default: 60, min: 0, max: 600 }),
  },
  when: atLeast('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'hold',
  inhibitedBy: [
    'news2-high',
    'news2-medium',
    'spo2-low',
    'spo2-very-low',
    'heart-rate-high',
    'heart-rate-low',
    'heart-rate-very-high',
    'heart-rate-very-low',
    'respiratory-rate-high',
    'respiratory-rate-low',
    'respiratory-rate-very-low',
    'systolic-bp-high',
    'systolic-bp-low',
    'temperature-low',
  ],
  inhibitedWithin: 'patient',
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '1x5 3x40',
      expect: [[35, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '1x5 3x35 1x70',
      expect: [
        [35, 'raised'],
        [100, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '1x5 3x30 1x20', expect: [] },
    {
      name: 'silence does not clear it',
      shows: 'missing',
      series: '1x5 3x35 _x80',
      expect: [[35, 'raised']],
    },
  ],
})
