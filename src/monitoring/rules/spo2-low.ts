import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: 'spo2-low',
  title: 'SpO₂ low',
  priority: 'medium',
  rationale:
    'Below 90 % the dissociation curve is steep and reserve is small. A probe on a moving finger dips for seconds: the delay lets these pass, the hysteresis keeps a patient at the limit from ringing again and again. Patients with a prescribed target of 88–92 % need a lower limit of their own.',
  references: [
    'O’Driscoll BR et al. BTS guideline for oxygen use in adults in healthcare and emergency settings. Thorax 2017;72(Suppl 1)',
    'Görges M, Markewitz BA, Westenskow DR. Improving alarm performance in the medical intensive care unit using delays and clinical context. Anesth Analg 2009;108:1546–52',
  ],
  input: latest('spo2', { maxAgeS: 120, cadence: 'continuous' }),
  params: {
    limit: number('%', { default: 90, min: 80, max: 95 }),
    delay: number('s', { default: 10, min: 0, max: 30 }),
    hysteresis: number('%', { default: 2, min: 0, max: 5 }),
    clearDelay: number('s', { default: 0, min: 0, max: 60 }),
  },
  when: below('limit'),
  sustainedFor: 'delay',
  hysteresis: 'hysteresis',
  clearedAfter: 'clearDelay',
  onMissing: 'technical-alarm',
  inhibitedBy: ['spo2-very-low'],
  cases: [
    {
      name: 'a sustained excursion raises after the delay',
      shows: 'raise',
      series: '97x5 88x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '97x5 88x15 97x10',
      expect: [
        [15, 'raised'],
        [20, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '97x5 88x10 97x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '97x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
