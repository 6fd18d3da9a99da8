import { battery, radio } from '../../capabilities/device.ts'
import { bodyScale, room } from '../../capabilities/homecare.ts'
import {
  bodyTemperature,
  cuffBloodPressure,
  nurseEntry,
  pulseOximetry,
} from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/home-hub',
  vendor: 'Vitalwire',
  models: ['Home hub'],
  summary: 'Home hub that gathers cuff, oximeter, thermometer and scale of one patient',
  match: { protocol: 'senml' },
  capabilities: [
    pulseOximetry({ cadenceS: 28_800 }),
    cuffBloodPressure({ cadenceS: 43_200 }),
    bodyTemperature({ cadenceS: 86_400 }),
    bodyScale(),
    room({ cadenceS: 900 }),
    nurseEntry(),
    battery(),
    radio(),
  ],
  evidence: 'simulated',
  samples: [
    {
      name: 'a morning round',
      frame:
        '[{"bt": 1767225600, "n": "systolic-bp", "u": "mm[Hg]", "v": 128}, {"n": "diastolic-bp", "v": 82}, {"n": "spo2", "v": 96}, {"n": "body-weight", "u": "[lb_av]", "v": 160}]',
      expect: { readings: { 'systolic-bp': 128, 'diastolic-bp': 82, spo2: 96, 'body-weight': 72.5748 } },
    },
    {
      name: 'the oximeter found no pulse',
      frame: '[{"n": "spo2", "quality_": 8}]',
      expect: { readings: { spo2: 'missing' } },
    },
    {
      name: 'a temperature in the wrong unit',
      frame: '[{"n": "body-temperature", "u": "Cel", "v": 98.6}]',
      expect: { refused: ['value-implausible'] },
    },
  ],
})
