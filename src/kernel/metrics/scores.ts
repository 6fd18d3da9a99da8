import { defineMetrics } from './metric.ts'

export const scores = defineMetrics({
  news2: {
    title: 'National Early Warning Score 2',
    label: 'NEWS2',
    kind: 'numeric',
    unit: '{score}',
    unitText: '',
    range: [0, 20],
    decimals: 0,
    category: 'procedure',
    snomed: {
      code: '1104051000000101',
      display: 'Royal College of Physicians NEWS2 (National Early Warning Score 2) total score',
    },
  },
  'pain-score': {
    title: 'Pain score, 0 to 10',
    label: 'PAIN',
    kind: 'numeric',
    loinc: { code: '72514-3', display: 'Pain severity - 0-10 verbal numeric rating [Score] - Reported' },
    unit: '{score}',
    unitText: '',
    range: [0, 10],
    decimals: 0,
    category: 'procedure',
  },
})
