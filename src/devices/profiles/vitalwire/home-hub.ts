import { battery, radio } from '../../capabilities/device.ts'
import { electrocardiography } from '../../capabilities/electrocardiography.ts'
import { bloodGlucose, bodyScale, room } from '../../capabilities/homecare.ts'
import {
  bodyTemperature,
  cuffBloodPressure,
  impedanceRespiration,
  nurseEntry,
  pulseOximetry,
} from '../../capabilities/vital-signs.ts'
import { defineProfile } from '../profile.ts'

export default defineProfile({
  id: 'vitalwire/home-hub',
  vendor: 'Vitalwire',
  models: ['Home hub'],
  summary: 'Home hub that gathers patch, cuff, oximeter, thermometer, glucose meter and scale of one patient',
  match: { protocol: 'senml' },
  capabilities: [
    electrocardiography({ cadenceS: 1, leads: ['ecg-ii'], rateHz: 250 }),
    pulseOximetry({ cadenceS: 1, plethHz: 125 }),
    impedanceRespiration({ cadenceS: 5 }),
    cuffBloodPressure({ cadenceS: 3_600 }),
    bodyTemperature({ cadenceS: 600 }),
    bloodGlucose({ cadenceS: 300 }),
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
