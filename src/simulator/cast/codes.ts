/** The clinical words of the cast: SNOMED CT and ICD-10 for problems, ATC for medicines, SNOMED CT for allergens. */
export interface Problem {
  readonly snomed: string
  readonly icd10: string
  readonly display: string
}
export interface Medicine {
  readonly atc: string
  readonly display: string
  /** As written on the chart. */
  readonly dose: string
}
export interface Allergy {
  readonly snomed: string
  readonly display: string
  readonly reaction: string
}

const problem = (snomed: string, icd10: string, display: string): Problem => ({ snomed, icd10, display })
const medicine = (atc: string, display: string, dose: string): Medicine => ({ atc, display, dose })
const allergy = (snomed: string, display: string, reaction: string): Allergy => ({
  snomed,
  display,
  reaction,
})

export const problems = {
  pneumonia: problem('233604007', 'J18.9', 'Pneumonia'),
  sepsis: problem('91302008', 'A41.9', 'Sepsis'),
  copd: problem('13645005', 'J44.9', 'Chronic obstructive pulmonary disease'),
  asthma: problem('195967001', 'J45.9', 'Asthma'),
  heartFailure: problem('84114007', 'I50.9', 'Heart failure'),
  paroxysmalAf: problem('282825002', 'I48.0', 'Paroxysmal atrial fibrillation'),
  hypertension: problem('38341003', 'I10', 'Hypertensive disorder'),
  coronary: problem('53741008', 'I25.1', 'Coronary arteriosclerosis'),
  infarction: problem('22298006', 'I21.9', 'Myocardial infarction'),
  stroke: problem('230690007', 'I64', 'Cerebrovascular accident'),
  embolism: problem('59282003', 'I26.9', 'Pulmonary embolism'),
  diabetes1: problem('46635009', 'E10.9', 'Diabetes mellitus type 1'),
  diabetes2: problem('44054006', 'E11.9', 'Diabetes mellitus type 2'),
  kidneyDisease: problem('709044004', 'N18.9', 'Chronic kidney disease'),
  urinaryInfection: problem('68566005', 'N39.0', 'Urinary tract infection'),
  cellulitis: problem('128045006', 'L03.9', 'Cellulitis'),
  appendicitis: problem('74400008', 'K37', 'Appendicitis'),
  cholecystitis: problem('65275009', 'K81.0', 'Acute cholecystitis'),
  pancreatitis: problem('197456007', 'K85.9', 'Acute pancreatitis'),
  gutBleeding: problem('74474003', 'K92.2', 'Gastrointestinal haemorrhage'),
  colonCancer: problem('363406005', 'C18.9', 'Malignant neoplasm of colon'),
  cirrhosis: problem('19943007', 'K74.6', 'Cirrhosis of liver'),
  femurFracture: problem('5913000', 'S72.0', 'Fracture of neck of femur'),
  osteoarthritis: problem('396275006', 'M19.9', 'Osteoarthritis'),
  gout: problem('90560007', 'M10.9', 'Gout'),
  hypothyroidism: problem('40930008', 'E03.9', 'Hypothyroidism'),
  anaemia: problem('87522002', 'D50.9', 'Iron deficiency anaemia'),
  sleepApnoea: problem('78275009', 'G47.3', 'Obstructive sleep apnoea syndrome'),
  parkinson: problem('49049000', 'G20', "Parkinson's disease"),
  epilepsy: problem('84757009', 'G40.9', 'Epilepsy'),
  dementia: problem('52448006', 'F03', 'Dementia'),
  depression: problem('35489007', 'F32.9', 'Depressive disorder'),
  covid: problem('840539006', 'U07.1', 'COVID-19'),
} as const

export const medicines = {
  piperacillin: medicine('J01CR05', 'Piperacillin and tazobactam', '4.5 g i.v. every 8 h'),
  amoxicillin: medicine('J01CR02', 'Amoxicillin and clavulanate', '625 mg by mouth every 8 h'),
  ceftriaxone: medicine('J01DD04', 'Ceftriaxone', '2 g i.v. once daily'),
  flucloxacillin: medicine('J01CF05', 'Flucloxacillin', '1 g i.v. every 6 h'),
  salbutamol: medicine('R03AC02', 'Salbutamol', '2.5 mg nebulised every 4 h'),
  tiotropium: medicine('R03BB04', 'Tiotropium bromide', '18 µg inhaled once daily'),
  budesonide: medicine('R03AK07', 'Formoterol and budesonide', '2 puffs twice daily'),
  prednisolone: medicine('H02AB06', 'Prednisolone', '30 mg by mouth once daily'),
  furosemide: medicine('C03CA01', 'Furosemide', '40 mg twice daily'),
  spironolactone: medicine('C03DA01', 'Spironolactone', '25 mg once daily'),
  ramipril: medicine('C09AA05', 'Ramipril', '5 mg once daily'),
  amlodipine: medicine('C08CA01', 'Amlodipine', '5 mg once daily'),
  bisoprolol: medicine('C07AB07', 'Bisoprolol', '2.5 mg once daily'),
  atorvastatin: medicine('C10AA05', 'Atorvastatin', '40 mg at night'),
  aspirin: medicine('B01AC06', 'Acetylsalicylic acid', '75 mg once daily'),
  clopidogrel: medicine('B01AC04', 'Clopidogrel', '75 mg once daily'),
  apixaban: medicine('B01AF02', 'Apixaban', '5 mg twice daily'),
  enoxaparin: medicine('B01AB05', 'Enoxaparin', '40 mg s.c. once daily'),
  metformin: medicine('A10BA02', 'Metformin', '1 g twice daily'),
  glargine: medicine('A10AE04', 'Insulin glargine', '18 units s.c. at night'),
  lispro: medicine('A10AB04', 'Insulin lispro', '4 to 8 units s.c. with meals'),
  paracetamol: medicine('N02BE01', 'Paracetamol', '1 g every 6 h'),
  morphine: medicine('N02AA01', 'Morphine', '2.5 mg i.v. as needed'),
  pantoprazole: medicine('A02BC02', 'Pantoprazole', '40 mg once daily'),
  levothyroxine: medicine('H03AA01', 'Levothyroxine', '75 µg once daily'),
  sertraline: medicine('N06AB06', 'Sertraline', '50 mg once daily'),
  levodopa: medicine('N04BA02', 'Levodopa and decarboxylase inhibitor', '100/25 mg three times daily'),
  levetiracetam: medicine('N03AX14', 'Levetiracetam', '500 mg twice daily'),
  donepezil: medicine('N06DA02', 'Donepezil', '10 mg at night'),
  allopurinol: medicine('M04AA01', 'Allopurinol', '200 mg once daily'),
  iron: medicine('B03AA07', 'Ferrous sulfate', '200 mg once daily'),
} as const

export const allergies = {
  penicillin: allergy('764146007', 'Penicillin', 'Urticaria'),
  sulfonamide: allergy('387406002', 'Sulfonamide', 'Rash'),
  ibuprofen: allergy('387207008', 'Ibuprofen', 'Bronchospasm'),
  latex: allergy('111088007', 'Latex', 'Contact dermatitis'),
  peanut: allergy('762952008', 'Peanut', 'Anaphylaxis'),
} as const

export type ProblemName = keyof typeof problems
export type MedicineName = keyof typeof medicines
export type AllergyName = keyof typeof allergies
