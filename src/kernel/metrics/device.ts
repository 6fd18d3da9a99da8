import { defineMetrics } from './metric.ts'

export const device = defineMetrics({
  'battery-level': {
    title: 'Battery level',
    label: 'BAT',
    kind: 'numeric',
    unit: '%',
    unitText: '%',
    range: [0, 100],
    decimals: 0,
    category: 'device',
  },
  'signal-strength': {
    title: 'Signal strength',
    label: 'SIG',
    kind: 'numeric',
    unit: 'dB{mW}',
    unitText: 'dBm',
    range: [-150, 30],
    decimals: 0,
    category: 'device',
  },
  'lead-off': {
    title: 'Lead off',
    label: 'LEAD',
    kind: 'coded',
    unit: '1',
    unitText: '',
    range: [0, 1],
    decimals: 0,
    category: 'device',
    codes: { 0: { code: 'on', display: 'connected' }, 1: { code: 'off', display: 'lead or sensor off' } },
  },
})
