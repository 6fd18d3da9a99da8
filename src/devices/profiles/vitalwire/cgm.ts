import { battery, radio } from '../../capabilities/device.ts'
import { continuousGlucose } from '../../capabilities/homecare.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/cgm',
  vendor: 'Vitalwire',
  models: ['Continuous glucose sensor'],
  summary: 'Continuous glucose monitor, a value every five minutes',
  match: { protocol: 'senml' },
  capabilities: [continuousGlucose({ cadenceS: 300 }), battery({ cadenceS: 3_600 }), radio()],
  evidence: 'simulated',
  samples: [
    {
      name: 'three values caught up',
      frame:
        '[{"bn": "interstitial-glucose", "bu": "mmol/L", "bt": 1767225600, "v": 5.5}, {"t": 300, "v": 5.6}, {"t": 600, "v": 5.8}]',
      expect: { readings: { 'interstitial-glucose': 104.4905 } },
    },
    {
      name: 'warming up',
      frame: '[{"n": "interstitial-glucose", "quality_": 8}]',
      expect: { readings: { 'interstitial-glucose': 'missing' } },
    },
    {
      name: 'a value beyond the sensor',
      frame: '[{"n": "interstitial-glucose", "u": "mg/dL", "v": 900}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
