import { row } from './row.ts'

/** Twelve at home, with a hub and a patch. */
export const homeRows = [
  row(
    'Anneke Willowmere',
    'female',
    '1950-02-28',
    67,
    ['heartFailure', 'paroxysmalAf'],
    ['furosemide', 'bisoprolol', 'apixaban'],
    {
      course: 'heart-failure',
      at: 1_000,
    },
  ),
  row(
    'Samir Goldenrod',
    'male',
    '1964-09-09',
    90,
    ['diabetes2', 'hypertension'],
    ['metformin', 'ramipril', 'atorvastatin'],
  ),
  row('Lupe Bellweather', 'female', '1994-03-21', 59, ['diabetes1'], ['glargine', 'lispro'], {
    course: 'hypoglycaemia',
    at: 90,
    allergies: ['peanut'],
  }),
  row('Giorgos Seaholly', 'male', '1946-12-12', 74, ['copd'], ['tiotropium', 'salbutamol'], {
    course: 'copd-exacerbation',
    at: 900,
    spo2Scale: 2,
  }),
  row(
    'Hana Cottonwood',
    'female',
    '1961-10-03',
    62,
    ['hypothyroidism', 'depression'],
    ['levothyroxine', 'sertraline'],
    {
      faults: [{ kind: 'battery', startPercent: 13, percentPerHour: 3 }],
    },
  ),
  row(
    'Babajide Reedwarbler',
    'male',
    '1956-07-29',
    84,
    ['coronary', 'gout'],
    ['aspirin', 'atorvastatin', 'allopurinol'],
  ),
  row('Sinéad Honeyhill', 'female', '1971-06-15', 73, ['asthma'], ['budesonide'], {
    allergies: ['ibuprofen'],
  }),
  row('Aputsiaq Driftwood', 'male', '1959-01-01', 80, ['parkinson'], ['levodopa'], {
    faults: [
      { kind: 'drop-out', startMinute: 7, durationSeconds: 40, everyMinutes: 60 },
      { kind: 'out-of-order' },
    ],
  }),
  row(
    'Manon Clearspring',
    'female',
    '1948-04-04',
    56,
    ['hypertension', 'kidneyDisease'],
    ['amlodipine', 'ramipril'],
  ),
  row(
    'Rafael Juniper-Dell',
    'male',
    '1967-08-18',
    86,
    ['infarction', 'hypertension'],
    ['aspirin', 'clopidogrel', 'bisoprolol', 'atorvastatin'],
  ),
  row('Zahra Appleshade', 'female', '1980-11-27', 64, ['embolism'], ['apixaban'], {
    faults: [{ kind: 'duplicates', share: 0.02 }],
  }),
  row(
    'Viktor Heatherstone',
    'male',
    '1953-05-23',
    77,
    ['pneumonia', 'copd'],
    ['amoxicillin', 'salbutamol', 'prednisolone'],
    {
      course: 'healthy-recovery',
      at: 1_300,
    },
  ),
]
