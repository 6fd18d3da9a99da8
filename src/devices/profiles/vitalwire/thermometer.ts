import { battery } from '../../capabilities/device.ts'
import { bodyTemperature } from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/thermometer',
  vendor: 'Vitalwire',
  models: ['Ear thermometer'],
  summary: 'Thermometer',
  match: { protocol: 'senml' },
  capabilities: [bodyTemperature({ cadenceS: Number.POSITIVE_INFINITY }), battery()],
  evidence: 'simulated',
  samples: [
    {
      name: 'fever, in Fahrenheit',
      frame: '[{"n": "body-temperature", "u": "[degF]", "v": 101.3}]',
      expect: { readings: { 'body-temperature': 38.5 } },
    },
    {
      name: 'no contact',
      frame: '[{"n": "body-temperature", "quality_": 8}]',
      expect: { readings: { 'body-temperature': 'missing' } },
    },
    {
      name: 'left in the sun',
      frame: '[{"n": "body-temperature", "u": "Cel", "v": 58}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
