import { above, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'heart-rate-high',
  title: 'Heart rate high',
  priority: 'medium',
  rationale:
    'More than 130 a minute scores 3 in NEWS2 at any age of adult. Movement and coughing pass within the delay.',
  references: [
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
    'Graham KC, Cvach M. Monitor alarm fatigue: standardizing use of physiological monitors and decreasing nuisance alarms. Am J Crit Care 2010;19:28–34',
  ],
  input: latest('heart-rate', {
    orElse: ['pulse-rate', 'arterial-pulse-rate', 'nibp-pulse-rate'],
    maxAgeS: 120,
    cadence: 'continuous',
  }),
  params: {
    limit: number('/min', { default: 130, min: 90, max: 180 }),
    delay: number('s', { default: 10, min: 0, max: 60 }),
    hysteresis: number('/min', { default: 5, min: 0, max: 20 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: above('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['heart-rate-very-high'],
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '80x5 140x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '80x5 140x15 80x10',
      expect: [
        [15, 'raised'],
        [20, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '80x5 140x10 80x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '80x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
