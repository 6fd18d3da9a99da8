import { battery } from '../../capabilities/device.ts'
import { cuffBloodPressure } from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/bp-cuff',
  vendor: 'Vitalwire',
  models: ['Upper-arm cuff'],
  summary: 'Upper-arm blood pressure cuff',
  match: { protocol: 'senml' },
  capabilities: [cuffBloodPressure({ cadenceS: 43_200 }), battery()],
  evidence: 'simulated',
  samples: [
    {
      name: 'a measurement in kPa',
      frame: '[{"bu": "kPa", "n": "systolic-bp", "v": 16}, {"n": "diastolic-bp", "v": 10}]',
      expect: { readings: { 'systolic-bp': 120.0102, 'diastolic-bp': 75.0064 } },
    },
    {
      name: 'the arm moved',
      frame: '[{"n": "systolic-bp", "quality_": 9}]',
      expect: { readings: { 'systolic-bp': 'missing' } },
    },
    {
      name: 'a leak',
      frame: '[{"n": "systolic-bp", "v": -4}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
