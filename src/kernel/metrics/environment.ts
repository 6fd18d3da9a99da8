import { defineMetrics } from './metric.ts'

export const environment = defineMetrics({
  'room-temperature': {
    title: 'Room temperature',
    label: 'ROOM',
    kind: 'numeric',
    unit: 'Cel',
    unitText: '°C',
    range: [-40, 70],
    decimals: 1,
    category: 'environment',
  },
  'room-humidity': {
    title: 'Room humidity',
    label: 'HUM',
    kind: 'numeric',
    unit: '%',
    unitText: '%',
    range: [0, 100],
    decimals: 0,
    category: 'environment',
  },
  'noise-level': {
    title: 'Noise level',
    label: 'NOISE',
    kind: 'numeric',
    unit: 'dB',
    unitText: 'dB',
    range: [0, 140],
    decimals: 0,
    category: 'environment',
  },
})
