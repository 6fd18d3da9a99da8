import { defineMetrics } from './metric.ts'

export const vitalSigns = defineMetrics({
  'heart-rate': {
    title: 'Heart rate',
    label: 'HR',
    kind: 'numeric',
    mdc: { code: 147842, refId: 'MDC_ECG_HEART_RATE' },
    loinc: { code: '8867-4', display: 'Heart rate' },
    unit: '/min',
    unitText: '/min',
    range: [0, 350],
    decimals: 0,
    category: 'vital-signs',
  },
  spo2: {
    title: 'Oxygen saturation',
    label: 'SpO₂',
    kind: 'numeric',
    mdc: { code: 150456, refId: 'MDC_PULS_OXIM_SAT_O2' },
    loinc: { code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry' },
    alsoLoinc: [{ code: '2708-6', display: 'Oxygen saturation in Arterial blood' }],
    unit: '%',
    unitText: '%',
    range: [0, 100],
    decimals: 0,
    category: 'vital-signs',
  },
})
