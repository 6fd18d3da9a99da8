/**
 * Kinds of data a patient can tell apart when they decide who sees what, and sensitivity labels of single rows.
 * Labels are codes of HL7 v3 ActCode's InformationSensitivityPolicy, as `meta.security` carries them.
 */
export const dataClasses = {
  demographics: 'who the patient is: name, address, family, insurance',
  'vital-signs': 'heart, breath, pressure, oxygen, temperature',
  waveforms: 'curves such as the ECG',
  glucose: 'glucose and insulin',
  activity: 'movement, sleep, falls, the home',
  medication: 'medicines ordered, given and taken',
  laboratory: 'laboratory results',
  imaging: 'pictures and what was found in them',
  conditions: 'diagnoses, allergies, procedures',
  documents: 'letters, notes, messages and questionnaires',
  care: 'stays, visits, plans and tasks',
  consent: 'decisions about data, and who used it',
  devices: 'which devices the patient has',
  other: 'everything else',
} as const

export type DataClass = keyof typeof dataClasses

export const sensitivityLabels = {
  PSY: 'mental health',
  HIV: 'HIV and AIDS',
  ETH: 'alcohol and drugs',
  SEX: 'sexual and reproductive health',
  SDV: 'violence and abuse',
  GDIS: 'genetic disease',
} as const

export type SensitivityLabel = keyof typeof sensitivityLabels

export const isDataClass = (code: string): code is DataClass => Object.hasOwn(dataClasses, code)
export const isSensitivityLabel = (code: string): code is SensitivityLabel =>
  Object.hasOwn(sensitivityLabels, code)
