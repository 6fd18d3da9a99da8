import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'spo2-very-low',
  title: 'SpO₂ very low',
  priority: 'high',
  rationale:
    'A saturation this low threatens organs within minutes, so it waits less than the ordinary limit. It hides the alarm of that limit, which says the same with less weight.',
  references: [
    'O’Driscoll BR et al. BTS guideline for oxygen use in adults in healthcare and emergency settings. Thorax 2017;72(Suppl 1)',
    'Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017',
  ],
  input: latest('spo2', { maxAgeS: 120, cadence: 'continuous' }),
  params: {
    limit: number('%', { default: 85, min: 70, max: 90 }),
    delay: number('s', { default: 5, min: 0, max: 20 }),
    hysteresis: number('%', { default: 2, min: 0, max: 5 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '97x5 82x15',
      expect: [[10, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '97x5 82x10 97x10',
      expect: [
        [10, 'raised'],
        [15, 'latched'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '97x5 82x5 97x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '97x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
