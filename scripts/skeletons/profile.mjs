import { sentence } from './words.mjs'

export const profile = {
  form: 'vendor/model',
  example: 'acme/px-100',
  next: 'Fill in its capabilities and samples; run: npm test src/devices',
  files: (vendor, model) => ({
    [`src/devices/profiles/${vendor}/${model}.ts`]: `import { pulseOximetry } from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: '${vendor}/${model}',
  vendor: '${sentence(vendor)}',
  models: ['${model.toUpperCase()}'],
  summary: 'What it is, where it is worn, what it measures',
  match: { protocol: 'senml' },
  capabilities: [pulseOximetry({ cadenceS: 1 })],
  evidence: 'datasheet',
  samples: [
    {
      name: 'resting',
      frame: '[{"n": "spo2", "v": 97}, {"n": "pulse-rate", "v": 72}]',
      expect: { readings: { spo2: 97, 'pulse-rate': 72 } },
    },
    {
      name: 'probe off',
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
`,
  }),
}
