import { battery, radio } from '../../capabilities/device.ts'
import { pulseOximetry } from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/pulse-oximeter',
  vendor: 'Vitalwire',
  models: ['Fingertip oximeter'],
  summary: 'Fingertip pulse oximeter',
  match: { protocol: 'senml' },
  capabilities: [pulseOximetry({ cadenceS: 1 }), battery(), radio()],
  evidence: 'simulated',
  samples: [
    {
      name: 'resting',
      frame: '[{"n": "spo2", "v": 97}, {"n": "pulse-rate", "v": 72}, {"n": "perfusion-index", "v": 4.2}]',
      expect: { readings: { spo2: 97, 'pulse-rate': 72, 'perfusion-index': 4.2 } },
    },
    {
      name: 'finger out',
      frame: '[{"n": "spo2", "quality_": 10}]',
      expect: { readings: { spo2: 'missing' } },
    },
    {
      name: 'more than all',
      frame: '[{"n": "spo2", "v": 101}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
