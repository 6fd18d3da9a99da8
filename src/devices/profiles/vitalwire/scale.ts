import { battery } from '../../capabilities/device.ts'
import { bodyScale } from '../../capabilities/homecare.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/scale',
  vendor: 'Vitalwire',
  models: ['Bathroom scale'],
  summary: 'Body scale',
  match: { protocol: 'senml' },
  capabilities: [bodyScale(), battery({ cadenceS: Number.POSITIVE_INFINITY })],
  evidence: 'simulated',
  samples: [
    {
      name: 'a morning weight',
      frame: '[{"n": "body-weight", "u": "kg", "v": 72.5}]',
      expect: { readings: { 'body-weight': 72.5 } },
    },
    {
      name: 'stepped off too soon',
      frame: '[{"n": "body-weight", "quality_": 8}]',
      expect: { readings: { 'body-weight': 'missing' } },
    },
    {
      name: 'a feather',
      frame: '[{"n": "body-weight", "u": "g", "v": 12}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
