import { battery, radio } from '../../capabilities/device.ts'
import { electrocardiography } from '../../capabilities/electrocardiography.ts'
import {
  arterialPressure,
  bodyTemperature,
  capnography,
  cuffBloodPressure,
  impedanceRespiration,
  nurseEntry,
  pulseOximetry,
} from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/bedside',
  vendor: 'Vitalwire',
  models: ['Simulated bedside monitor'],
  summary: 'Multi-parameter bedside monitor with waveforms',
  match: { protocol: 'senml' },
  capabilities: [
    electrocardiography({ cadenceS: 1, leads: ['ecg-i', 'ecg-ii', 'ecg-v5'], rateHz: 250 }),
    pulseOximetry({ cadenceS: 1, plethHz: 125 }),
    impedanceRespiration({ cadenceS: 1, waveHz: 50 }),
    cuffBloodPressure({ cadenceS: 900 }),
    bodyTemperature({ cadenceS: 60 }),
    arterialPressure({ cadenceS: Number.POSITIVE_INFINITY, waveHz: 125 }),
    capnography({ cadenceS: Number.POSITIVE_INFINITY, waveHz: 50 }),
    nurseEntry(),
    battery(),
    radio(),
  ],
  evidence: 'simulated',
  samples: [
    {
      name: 'a second at rest',
      frame:
        '[{"bt": 1767225600, "n": "heart-rate", "v": 72}, {"n": "spo2", "v": 97}, {"n": "pulse-rate", "v": 72}, {"n": "respiratory-rate", "v": 14}]',
      expect: { readings: { 'heart-rate': 72, spo2: 97, 'pulse-rate': 72, 'respiratory-rate': 14 } },
    },
    {
      name: 'a piece of ECG',
      frame:
        '[{"n": "ecg-ii", "u": "mV", "t": 1767225600, "vd": "AAAKAGQA9v8", "rateHz_": 250, "scale_": 0.005, "offset_": 0}]',
      expect: { waveforms: { 'ecg-ii': 4 } },
    },
    {
      name: 'the finger probe is off',
      frame:
        '[{"n": "spo2", "quality_": 10}, {"n": "pulse-rate", "quality_": 10}, {"n": "heart-rate", "v": 74}]',
      expect: { readings: { spo2: 'missing', 'pulse-rate': 'missing', 'heart-rate': 74 } },
    },
    {
      name: 'a value no person has',
      frame: '[{"n": "systolic-bp", "v": 640}, {"n": "diastolic-bp", "v": 80}]',
      expect: { readings: { 'diastolic-bp': 80 }, refused: ['value-implausible'] },
    },
    {
      name: 'what it cannot measure',
      frame: '[{"n": "body-weight", "v": 70}]',
      expect: { refused: ['metric-not-measured'] },
    },
    {
      name: 'a nurse enters consciousness and oxygen',
      frame: '[{"n": "consciousness", "vs": "V"}, {"n": "oxygen-flow", "u": "L/min", "v": 2}]',
      expect: { readings: { consciousness: 2, 'oxygen-flow': 2 } },
    },
  ],
})
