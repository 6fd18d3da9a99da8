import type { Permit } from '../kernel/permit.ts'
import { ProblemError } from '../kernel/problem.ts'
import type { Interaction, RecordAccess } from '../record/model.ts'
import type { Actor, PersonActor, Role } from './contract.ts'
import { permits } from './scopes.ts'

/** What is said about a patient. */
export const clinicalTypes = [
  ...['Account', 'AdverseEvent', 'AllergyIntolerance', 'Appointment', 'AppointmentResponse', 'BodyStructure'],
  ...['CarePlan', 'CareTeam', 'ClinicalImpression', 'Communication', 'CommunicationRequest', 'Composition'],
  ...['Condition', 'Consent', 'Coverage', 'DetectedIssue', 'DeviceRequest', 'DeviceUseStatement'],
  ...['DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'Encounter', 'EpisodeOfCare'],
  ...['FamilyMemberHistory', 'Flag', 'Goal', 'Group', 'GuidanceResponse', 'ImagingStudy', 'Immunization'],
  ...['ImmunizationEvaluation', 'ImmunizationRecommendation', 'List', 'Media', 'MedicationAdministration'],
  ...['MedicationDispense', 'MedicationRequest', 'MedicationStatement', 'MolecularSequence'],
  ...['NutritionOrder', 'Observation', 'Patient', 'Person', 'Procedure', 'Provenance'],
  ...['QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'RiskAssessment', 'ServiceRequest'],
  ...['Specimen', 'SupplyDelivery', 'SupplyRequest', 'Task', 'VisionPrescription'],
] as const

/** The house: places, people who work there, its devices. */
const houseTypes = [
  ...['Device', 'DeviceDefinition', 'DeviceMetric', 'Endpoint', 'HealthcareService', 'Location'],
  ...['Organization', 'OrganizationAffiliation', 'Practitioner', 'PractitionerRole', 'Schedule', 'Slot'],
]

/** Definitions that hold nothing of a person. */
const knowledgeTypes = [
  ...['ActivityDefinition', 'CapabilityStatement', 'CodeSystem', 'ConceptMap', 'Library', 'Measure'],
  ...['Medication', 'MedicationKnowledge', 'NamingSystem', 'ObservationDefinition', 'OperationDefinition'],
  ...['PlanDefinition', 'Questionnaire', 'SearchParameter', 'StructureDefinition', 'Substance', 'ValueSet'],
]

const look: readonly Interaction[] = ['read', 'search']
const write: readonly Interaction[] = ['create', 'update']
const all: readonly Interaction[] = ['create', 'read', 'update', 'delete', 'search']

type Grant = readonly [types: readonly string[], interactions: readonly Interaction[]]

const care: readonly Grant[] = [
  [clinicalTypes, look],
  [houseTypes, look],
  [knowledgeTypes, look],
]
/** What both professions document. Nothing clinical is deleted: a mistake is marked entered-in-error. */
const documented = [
  ...['AllergyIntolerance', 'CarePlan', 'CareTeam', 'Communication', 'CommunicationRequest', 'Condition'],
  ...[
    'DeviceUseStatement',
    'DocumentReference',
    'Encounter',
    'EpisodeOfCare',
    'Flag',
    'Goal',
    'Immunization',
  ],
  ...['List', 'MedicationAdministration', 'MedicationStatement', 'Observation', 'Patient', 'Procedure'],
  ...['QuestionnaireResponse', 'RelatedPerson', 'Specimen', 'Task'],
]
/** What needs a physician: orders, findings, plans of treatment. */
const ordered = [
  ...['AdverseEvent', 'ClinicalImpression', 'Composition', 'DetectedIssue', 'DeviceRequest'],
  ...['DiagnosticReport', 'FamilyMemberHistory', 'ImagingStudy', 'MedicationDispense', 'MedicationRequest'],
  ...['NutritionOrder', 'RequestGroup', 'RiskAssessment', 'ServiceRequest', 'VisionPrescription'],
]

const grants: Readonly<Record<Role, readonly Grant[]>> = {
  nurse: [...care, [documented, write]],
  physician: [...care, [[...documented, ...ordered], write]],
  patient: [
    // Who looked at their data.
    [[...clinicalTypes, 'AuditEvent'], look],
    [houseTypes, look],
    [knowledgeTypes, look],
  ],
  biomed: [
    [
      ['Device', 'DeviceDefinition', 'DeviceMetric', 'Location'],
      [...look, ...write],
    ],
    [['Organization', ...knowledgeTypes], look],
  ],
  privacy: [
    [['AuditEvent', 'Consent', 'Patient', 'RelatedPerson'], look],
    [houseTypes, look],
    [knowledgeTypes, look],
  ],
  admin: [
    [houseTypes, all],
    [knowledgeTypes, look],
  ],
}

const roleTable: ReadonlyMap<Role, ReadonlySet<string>> = new Map(
  (Object.keys(grants) as Role[]).map((role) => [
    role,
    new Set(
      grants[role].flatMap(([types, may]) => types.flatMap((type) => may.map((what) => `${type} ${what}`))),
    ),
  ]),
)

export const roleAllows = (role: Role, resourceType: string, interaction: Interaction): boolean =>
  roleTable.get(role)?.has(`${resourceType} ${interaction}`) === true

/** Every type a person's scope can name. */
export const recordTypes: readonly string[] = [...clinicalTypes, ...houseTypes, ...knowledgeTypes]

/**
 * What the actor may do in the record: the role's table cut by the scopes that the token carries, over the permit's data.
 * @throws ProblemError 401 where nobody is signed in.
 */
export function recordAccess(actor: Actor | undefined, permit: Permit | undefined): RecordAccess {
  if (!actor || !permit) {
    throw new ProblemError({
      code: 'not-signed-in',
      status: 401,
      message: 'Sign in, or send a valid access token.',
    })
  }
  if (actor.kind === 'device') return { ...permit, allows: () => false }
  if (actor.kind === 'app') return { ...permit, allows: permits(actor.scopes, 'system') }

  // A patient signed in also as staff would need two accounts: the stricter view wins.
  const own = standsForPatients(actor)
  const scoped = own ? permits(actor.scopes, 'user', 'patient') : permits(actor.scopes, 'user')
  const roles: readonly Role[] = own ? ['patient'] : actor.roles
  return {
    ...permit,
    allows: (resourceType, interaction) =>
      scoped(resourceType, interaction) && roles.some((role) => roleAllows(role, resourceType, interaction)),
  }
}

/** A patient, or somebody who acts for one. */
export const standsForPatients = (actor: PersonActor): boolean =>
  actor.roles.includes('patient') || actor.patient !== undefined || (actor.proxyFor?.length ?? 0) > 0
