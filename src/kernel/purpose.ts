/** Why data is asked for: codes of HL7 v3 PurposeOfUse, as FHIR Consent, AuditEvent and IUA tokens carry them. */
export const purposesOfUse = {
  TREAT: 'treatment',
  ETREAT: 'emergency treatment',
  BTG: 'break the glass',
  HOPERAT: 'healthcare operations',
  HRESCH: 'healthcare research',
  PUBHLTH: 'public health',
  PATRQT: 'the patient asked for it',
  FAMRQT: 'the family asked for it',
  HSYSADMIN: 'health system administration',
} as const

export type PurposeOfUse = keyof typeof purposesOfUse

export const isPurposeOfUse = (code: string): code is PurposeOfUse => Object.hasOwn(purposesOfUse, code)
