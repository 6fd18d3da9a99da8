import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simplePermit } from '../../tests/permits.ts'
import type { Interaction } from '../record/model.ts'
import type { Actor, PersonActor, Role } from './contract.ts'
import { recordAccess, recordTypes } from './record-access.ts'
import { mayHold, parseScope, permits } from './scopes.ts'

const accessOf = (actor: Actor) => recordAccess(actor, simplePermit(actor))
const interactions: readonly Interaction[] = ['create', 'read', 'update', 'delete', 'search']
const letter: Record<Interaction, string> = { create: 'c', read: 'r', update: 'u', delete: 'd', search: 's' }
const person = (role: Role, scopes: readonly string[] = ['user/*.cruds']): PersonActor => ({
  kind: 'person',
  id: role,
  name: role,
  roles: [role],
  fhirUser: role === 'patient' ? 'Patient/p1' : `Practitioner/${role}`,
  ...(role === 'patient' ? { patient: 'p1' } : {}),
  scopes,
})

/** The whole table, written out by hand: what is not named here, nobody may. */
const expected: Record<Role, Record<string, string>> = {
  nurse: {
    crus: 'AllergyIntolerance CarePlan CareTeam Communication CommunicationRequest Condition DeviceUseStatement DocumentReference Encounter EpisodeOfCare Flag Goal Immunization List MedicationAdministration MedicationStatement Observation Patient Procedure QuestionnaireResponse RelatedPerson Specimen Task',
    rs: 'Account AdverseEvent Appointment AppointmentResponse BodyStructure ClinicalImpression Composition Consent Coverage DetectedIssue DeviceRequest DiagnosticReport DocumentManifest FamilyMemberHistory Group GuidanceResponse ImagingStudy ImmunizationEvaluation ImmunizationRecommendation Media MedicationDispense MedicationRequest MolecularSequence NutritionOrder Person Provenance RequestGroup RiskAssessment ServiceRequest SupplyDelivery SupplyRequest VisionPrescription @house @knowledge',
  },
  physician: {
    crus: 'AdverseEvent AllergyIntolerance CarePlan CareTeam ClinicalImpression Communication CommunicationRequest Composition Condition DetectedIssue DeviceRequest DeviceUseStatement DiagnosticReport DocumentReference Encounter EpisodeOfCare FamilyMemberHistory Flag Goal ImagingStudy Immunization List MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation Patient Procedure QuestionnaireResponse RelatedPerson RequestGroup RiskAssessment ServiceRequest Specimen Task VisionPrescription',
    rs: 'Account Appointment AppointmentResponse BodyStructure Consent Coverage DocumentManifest Group GuidanceResponse ImmunizationEvaluation ImmunizationRecommendation Media MolecularSequence Person Provenance SupplyDelivery SupplyRequest @house @knowledge',
  },
  patient: {
    rs: '@clinical @house @knowledge AuditEvent',
  },
  biomed: { crus: 'Device DeviceDefinition DeviceMetric Location', rs: 'Organization @knowledge' },
  privacy: { rs: 'AuditEvent Consent Patient RelatedPerson @house @knowledge' },
  admin: { cruds: '@house', rs: '@knowledge' },
}
const groups: Record<string, string> = {
  '@clinical':
    'Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse BodyStructure CarePlan CareTeam ClinicalImpression Communication CommunicationRequest Composition Condition Consent Coverage DetectedIssue DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter EpisodeOfCare FamilyMemberHistory Flag Goal Group GuidanceResponse ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation List Media MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MolecularSequence NutritionOrder Observation Patient Person Procedure Provenance QuestionnaireResponse RelatedPerson RequestGroup RiskAssessment ServiceRequest Specimen SupplyDelivery SupplyRequest Task VisionPrescription',
  '@house':
    'Device DeviceDefinition DeviceMetric Endpoint HealthcareService Location Organization OrganizationAffiliation Practitioner PractitionerRole Schedule Slot',
  '@knowledge':
    'ActivityDefinition CapabilityStatement CodeSystem ConceptMap Library Measure Medication MedicationKnowledge NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter StructureDefinition Substance ValueSet',
}
const lettersFor = (role: Role, type: string): string =>
  Object.entries(expected[role]).find(([, names]) =>
    names.split(' ').some((name) => name === type || groups[name]?.split(' ').includes(type)),
  )?.[0] ?? ''

const types = [...recordTypes, 'AuditEvent', 'Subscription', 'Binary', 'Basic', 'NoSuchType']
const roles = Object.keys(expected) as Role[]

describe('what each role may do in the record', () => {
  it.each(roles)('%s: every type and interaction as the table says', (role) => {
    const access = accessOf(person(role))
    const wrong = types.flatMap((type) =>
      interactions
        .filter((what) => access.allows(type, what) !== lettersFor(role, type).includes(letter[what]))
        .map((what) => `${type} ${what}`),
    )
    expect(wrong).toEqual([])
  })

  it('lets nobody delete what was said about a patient', () => {
    const clinical = groups['@clinical']!.split(' ')
    for (const role of roles) {
      for (const type of clinical) expect(accessOf(person(role)).allows(type, 'delete')).toBe(false)
    }
  })

  it('gives an account that is a patient and staff only what a patient may', () => {
    const both = accessOf({ ...person('patient'), roles: ['patient', 'physician'] })
    expect(both.allows('Observation', 'create')).toBe(false)
    expect(both.allows('Observation', 'read')).toBe(true)
  })

  it('sees through the permit that was given, and as the one who acts', () => {
    const permit = simplePermit(person('patient'))
    const access = recordAccess(person('patient'), permit)
    expect([access.actor, access.patients, access.filter]).toEqual(['Patient/p1', ['p1'], permit.filter])
  })

  it('refuses nobody', () => {
    expect(() => recordAccess(undefined, undefined)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ status: 401 }) }),
    )
  })

  it('allows a device nothing', () => {
    const access = accessOf({ kind: 'device', id: 'd' })
    for (const type of types) for (const what of interactions) expect(access.allows(type, what)).toBe(false)
  })
})

describe('what a token’s scopes leave of it', () => {
  it.each<[string, Role, readonly string[], string, Interaction, boolean]>([
    ['cuts the type', 'nurse', ['user/Observation.rs'], 'Condition', 'read', false],
    ['leaves what it names', 'nurse', ['user/Observation.rs'], 'Observation', 'search', true],
    ['cuts the interaction', 'nurse', ['user/Observation.rs'], 'Observation', 'create', false],
    ['adds nothing to the role', 'nurse', ['user/*.cruds'], 'MedicationRequest', 'create', false],
    ['of a patient is not for staff', 'nurse', ['patient/*.cruds'], 'Observation', 'read', false],
    ['of a patient is for the patient', 'patient', ['patient/Observation.rs'], 'Observation', 'read', true],
    ['cuts the patient too', 'patient', ['patient/Observation.rs'], 'Condition', 'read', false],
    ['of a system is not for people', 'nurse', ['system/*.cruds'], 'Observation', 'read', false],
    ['without any, leaves nothing', 'physician', ['openid'], 'Observation', 'read', false],
  ])('%s', (_name, role, scopes, type, what, allowed) => {
    expect(accessOf(person(role, scopes)).allows(type, what)).toBe(allowed)
  })

  it.each<[string, string, readonly Interaction[]]>([
    ['system/*.cruds', 'Observation', interactions],
    ['system/*.rs', 'Observation', ['read', 'search']],
    ['system/Observation.rs', 'Observation', ['read', 'search']],
    ['system/Observation.rs', 'Patient', []],
    ['system/Observation.c', 'Observation', ['create']],
    ['user/*.cruds', 'Observation', []],
    ['patient/*.rs', 'Observation', []],
  ])('gives an app with %s on %s exactly %j', (scope, type, allowed) => {
    const access = accessOf({ kind: 'app', id: 'engine', scopes: [scope] })
    expect(interactions.filter((what) => access.allows(type, what))).toEqual(allowed)
  })
})

describe('a scope', () => {
  it.each([
    ['system/*.cruds', true],
    ['user/Patient.r', true],
    ['patient/Observation.rs', true],
    ['system/*.', false],
    ['system/*.sr', false],
    ['system/*.rr', false],
    ['system/*.read', false],
    ['system/patient.rs', false],
    ['System/*.rs', false],
    ['system/*.rs?category=vital-signs', false],
    ['system/Observation.rs ', false],
    ['launch/patient', false],
  ])('%j parses: %j', (text, parses) => {
    expect(parseScope(text) !== undefined).toBe(parses)
  })

  it.each<[readonly string[], string, boolean]>([
    [['system/*.cruds'], 'system/Observation.rs', true],
    [['system/*.rs'], 'system/Observation.rs', true],
    [['system/*.rs'], 'system/Observation.cr', false],
    [['system/Observation.rs'], 'system/*.rs', false],
    [['system/*.r', 'system/*.s'], 'system/*.rs', false],
    [['user/*.cruds'], 'system/*.rs', false],
    [[], 'system/*.rs', false],
  ])('of a client registered for %j covers %s: %j', (registered, asked, held) => {
    expect(mayHold(registered, asked)).toBe(held)
  })

  it('that is granted never permits more than the registration it came from', () => {
    const names = ['*', 'Observation', 'Patient', 'Task']
    const scope = fc
      .tuple(
        fc.constantFrom('system', 'user', 'patient'),
        fc.constantFrom(...names),
        fc.subarray([...'cruds'], { minLength: 1 }),
      )
      .map(([level, type, may]) => `${level}/${type}.${may.join('')}`)
    const levels = ['system', 'user', 'patient'] as const
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 4 }), scope, (registered, asked) => {
        if (!mayHold(registered, asked)) return true
        return levels.every((level) =>
          names.every((type) =>
            interactions.every(
              (what) => !permits([asked], level)(type, what) || permits(registered, level)(type, what),
            ),
          ),
        )
      }),
      { numRuns: 2_000 },
    )
  })
})
