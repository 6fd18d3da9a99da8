import { sentence } from './words.mjs'

export const rule = {
  form: 'rule',
  example: 'etco2-low',
  next: 'Fill in why, for whom, limits with sources, and the four cases; run: npm test src/monitoring',
  files: (id) => ({
    [`src/monitoring/rules/${id}.ts`]: `import { below, defineAlarmRule, latest, number } from '../rule.ts'

export default defineAlarmRule({
  id: '${id}',
  title: '${sentence(id)}',
  priority: 'medium',
  rationale: 'Why, for whom, what it must not do, and what the delay and the hysteresis are for.',
  references: ['The source of its limits'],
  input: latest('heart-rate', { maxAgeS: 120, cadence: 'continuous' }),
  params: {
    limit: number('/min', { default: 50, min: 30, max: 60 }),
    delay: number('s', { default: 10, min: 0, max: 30 }),
    hysteresis: number('/min', { default: 3, min: 0, max: 10 }),
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
      series: '70x5 45x20',
      expect: [[15, 'raised']],
    },
    {
      name: 'recovery ends it',
      shows: 'clear',
      series: '70x5 45x15 70x10',
      expect: [
        [15, 'raised'],
        [20, 'cleared'],
      ],
    },
    { name: 'a brief excursion stays quiet', shows: 'brief', series: '70x5 45x10 70x20', expect: [] },
    {
      name: 'values that fail are announced',
      shows: 'missing',
      series: '70x5 _x20',
      expect: [[15, 'technical']],
    },
  ],
})
`,
  }),
}
