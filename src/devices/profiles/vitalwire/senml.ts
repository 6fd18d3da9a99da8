import { anyMetric } from '../../capabilities/device.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/senml',
  vendor: 'Vitalwire',
  models: ['SenML'],
  summary: 'Any device that speaks SenML in the words of the metric catalogue',
  match: { protocol: 'senml' },
  capabilities: [anyMetric()],
  evidence: 'simulated',
  samples: [
    {
      name: 'one reading in the metric’s own unit',
      frame: '[{"n": "heart-rate", "v": 72}]',
      expect: { readings: { 'heart-rate': 72 } },
    },
    {
      name: 'units and codes of the outside',
      frame:
        '[{"n": "mdc:150456", "u": "1", "v": 0.97}, {"n": "loinc:8310-5", "u": "[degF]", "v": 98.6}, {"n": "glucose", "u": "mmol/L", "v": 5.5}]',
      expect: { readings: { spo2: 97, 'body-temperature': 37, glucose: 99.0858 } },
    },
    {
      name: 'a missing value',
      frame: '[{"n": "spo2", "quality_": 8}]',
      expect: { readings: { spo2: 'missing' } },
    },
    {
      name: 'one record out of range, the others stand',
      frame: '[{"n": "heart-rate", "v": 900}, {"n": "spo2", "v": 97}]',
      expect: { readings: { spo2: 97 }, refused: ['value-implausible'] },
    },
    {
      name: 'a coded value by its word',
      frame: '[{"n": "consciousness", "vs": "alert"}]',
      expect: { readings: { consciousness: 0 } },
    },
  ],
})
