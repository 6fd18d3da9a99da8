import { battery, radio } from '../../capabilities/device.ts'
import { electrocardiography } from '../../capabilities/electrocardiography.ts'
import { activity } from '../../capabilities/homecare.ts'
import { bodyTemperature, impedanceRespiration } from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/wearable-patch',
  vendor: 'Vitalwire',
  models: ['Chest patch'],
  summary: 'Chest patch: one lead, respiration, temperature, activity',
  match: { protocol: 'senml' },
  capabilities: [
    electrocardiography({ cadenceS: 1, leads: ['ecg-ii'], rateHz: 250 }),
    impedanceRespiration({ cadenceS: 5 }),
    bodyTemperature({ cadenceS: 60 }),
    activity({ cadenceS: 60 }),
    battery(),
    radio(),
  ],
  evidence: 'simulated',
  samples: [
    {
      name: 'a walk',
      frame:
        '[{"n": "heart-rate", "u": "beat/min", "v": 96}, {"n": "steps", "v": 110}, {"n": "battery-level", "u": "%EL", "v": 81}]',
      expect: { readings: { 'heart-rate': 96, steps: 110, 'battery-level': 81 } },
    },
    {
      name: 'a fall, and a call for help',
      frame: '[{"n": "fall-detected", "vs": "suspected"}, {"n": "help-call", "vb": true}]',
      expect: { readings: { 'fall-detected': 1, 'help-call': 1 } },
    },
    {
      name: 'an electrode is off',
      frame: '[{"n": "heart-rate", "quality_": 10}, {"n": "lead-off", "vb": true}]',
      expect: { readings: { 'heart-rate': 'missing', 'lead-off': 1 } },
    },
    {
      name: 'an impossible rate',
      frame: '[{"n": "heart-rate", "v": -1}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
