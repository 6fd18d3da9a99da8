/** The demo hospital as FHIR resources: one ward, homes, three open beds for one's own devices, and who lies there. */
import type {
  AllergyIntolerance,
  Condition,
  Encounter,
  Location,
  MedicationRequest,
  Organization,
  Patient,
  Practitioner,
  PractitionerRole,
  Resource,
} from '@medplum/fhirtypes'
import type { CastMember } from '../../simulator/index.ts'

const physicalType = (code: string, display: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code, display }],
})
const clinicalActive = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
}
/** HTEST: whoever exports these resources sees that they are about nobody. */
const invented = {
  security: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
      code: 'HTEST',
      display: 'test health data',
    },
  ],
}

export const units = {
  ward: { id: 'unit-7-north', name: '7 North' },
  home: { id: 'unit-home', name: 'Hospital at home' },
  open: { id: 'unit-open', name: 'Open beds' },
} as const

export interface Resident {
  readonly patient: string
  readonly unit: keyof typeof units
  readonly bed: string
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

export const residentOf = (member: CastMember, index: number): Resident => ({
  patient: member.id,
  unit: member.place.kind === 'bed' ? 'ward' : 'home',
  bed: member.place.kind === 'bed' ? twoDigits(member.place.bed) : `Home ${index}`,
})

export const openPatients = [
  { id: 'open-01', family: 'Tester', given: 'Robin', gender: 'other', birthDate: '1980-05-01' },
  { id: 'open-02', family: 'Tester', given: 'Sasha', gender: 'female', birthDate: '1952-11-20' },
  { id: 'open-03', family: 'Tester', given: 'Noor', gender: 'male', birthDate: '1967-02-14' },
] as const

export function hospital(): Resource[] {
  const organization: Organization = {
    resourceType: 'Organization',
    id: 'demo-hospital',
    meta: invented,
    name: 'Vitalwire demo hospital',
  }
  const locations = Object.values(units).map(
    (unit): Location => ({
      resourceType: 'Location',
      id: unit.id,
      meta: invented,
      status: 'active',
      name: unit.name,
      physicalType: physicalType('wa', 'Ward'),
      managingOrganization: { reference: 'Organization/demo-hospital' },
    }),
  )
  return [organization, ...locations]
}

export const practitioner = (id: string, family: string, given: string): Practitioner => ({
  resourceType: 'Practitioner',
  id,
  meta: invented,
  active: true,
  name: [{ family, given: [given] }],
})

/** Works on every unit of the demo, so on the wards of those who lie there. */
export const practitionerRole = (practitioner: string): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: `role-${practitioner}`,
  meta: invented,
  active: true,
  practitioner: { reference: `Practitioner/${practitioner}` },
  organization: { reference: 'Organization/demo-hospital' },
  location: Object.values(units).map(({ id }) => ({ reference: `Location/${id}` })),
})

/** Bed and stay of one patient; `since` is an instant. */
export function stay({ patient, unit, bed }: Resident, since: string): [Location, Encounter] {
  const home = unit === 'home'
  const location: Location = {
    resourceType: 'Location',
    id: `bed-${patient}`,
    meta: invented,
    status: 'active',
    name: bed,
    physicalType: home ? physicalType('ho', 'House') : physicalType('bd', 'Bed'),
    partOf: { reference: `Location/${units[unit].id}` },
  }
  const encounter: Encounter = {
    resourceType: 'Encounter',
    id: `stay-${patient}`,
    meta: invented,
    status: 'in-progress',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: home ? 'HH' : 'IMP',
      display: home ? 'home health' : 'inpatient encounter',
    },
    subject: { reference: `Patient/${patient}` },
    period: { start: since },
    location: [{ location: { reference: `Location/bed-${patient}` }, status: 'active' }],
    serviceProvider: { reference: 'Organization/demo-hospital' },
  }
  return [location, encounter]
}

export const openPatient = ({
  id,
  family,
  given,
  gender,
  birthDate,
}: (typeof openPatients)[number]): Patient => ({
  resourceType: 'Patient',
  id,
  meta: invented,
  active: true,
  name: [{ family, given: [given] }],
  gender,
  birthDate,
})

/** A cast member with problems, medicines and allergies. */
export function chart(member: CastMember, since: string): Resource[] {
  const subject = { reference: `Patient/${member.id}` }
  const patient: Patient = {
    resourceType: 'Patient',
    id: member.id,
    meta: invented,
    active: true,
    name: [{ family: member.name.family, given: [member.name.given] }],
    gender: member.sex,
    birthDate: member.birthDate,
  }
  const conditions = member.problems.map(
    (problem, i): Condition => ({
      resourceType: 'Condition',
      id: `${member.id}-problem-${i + 1}`,
      meta: invented,
      clinicalStatus: clinicalActive,
      category: [
        {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' },
          ],
        },
      ],
      code: {
        coding: [
          { system: 'http://snomed.info/sct', code: problem.snomed, display: problem.display },
          { system: 'http://hl7.org/fhir/sid/icd-10', code: problem.icd10 },
        ],
        text: problem.display,
      },
      subject,
    }),
  )
  const medications = member.medicines.map(
    (medicine, i): MedicationRequest => ({
      resourceType: 'MedicationRequest',
      id: `${member.id}-medicine-${i + 1}`,
      meta: invented,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: {
        coding: [{ system: 'http://www.whocc.no/atc', code: medicine.atc, display: medicine.display }],
        text: medicine.display,
      },
      subject,
      authoredOn: since,
      dosageInstruction: [{ text: medicine.dose }],
    }),
  )
  const allergies = member.allergies.map(
    (allergy, i): AllergyIntolerance => ({
      resourceType: 'AllergyIntolerance',
      id: `${member.id}-allergy-${i + 1}`,
      meta: invented,
      clinicalStatus: {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' },
        ],
      },
      code: {
        coding: [{ system: 'http://snomed.info/sct', code: allergy.snomed, display: allergy.display }],
        text: allergy.display,
      },
      patient: subject,
      reaction: [{ manifestation: [{ text: allergy.reaction }] }],
    }),
  )
  return [patient, ...conditions, ...medications, ...allergies]
}
