/** Which kind of data a resource is, and how sensitive: what permits and consents filter by. */
import type { CodeableConcept, Coding, Observation, Resource } from '@medplum/fhirtypes'
import {
  type DataClass,
  isSensitivityLabel,
  type SensitivityLabel,
  sensitivityLabels,
} from '../kernel/data-class.ts'
import { dataClassOfMetric } from '../kernel/metrics/data-class.ts'
import { findMetric } from '../kernel/metrics/index.ts'
import type { DataOf } from '../kernel/patient-filter.ts'
import { labelledCodes } from './labels/labelled-codes.ts'

const typesOf: Readonly<Record<Exclude<DataClass, 'waveforms' | 'glucose' | 'activity' | 'other'>, string>> =
  {
    demographics: 'Patient Person RelatedPerson Coverage Account InsurancePlan',
    'vital-signs': 'BodyStructure',
    medication:
      'MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Immunization ImmunizationEvaluation ImmunizationRecommendation NutritionOrder VisionPrescription',
    laboratory: 'Specimen MolecularSequence',
    imaging: 'ImagingStudy Media',
    conditions:
      'AdverseEvent AllergyIntolerance ClinicalImpression Condition DetectedIssue FamilyMemberHistory Procedure RiskAssessment',
    documents:
      'Communication CommunicationRequest Composition DocumentManifest DocumentReference List QuestionnaireResponse Binary',
    care: 'Appointment AppointmentResponse CarePlan CareTeam Encounter EpisodeOfCare Flag Goal Group GuidanceResponse RequestGroup ServiceRequest SupplyDelivery SupplyRequest Task',
    consent: 'AuditEvent Consent Provenance',
    devices: 'Device DeviceMetric DeviceRequest DeviceUseStatement',
  }
const byType: ReadonlyMap<string, DataClass> = new Map(
  Object.entries(typesOf).flatMap(([dataClass, types]) =>
    types.split(' ').map((type) => [type, dataClass as DataClass] as const),
  ),
)

const byCategory: Readonly<Record<string, DataClass>> = {
  'vital-signs': 'vital-signs',
  laboratory: 'laboratory',
  LAB: 'laboratory',
  imaging: 'imaging',
  RAD: 'imaging',
  activity: 'activity',
  survey: 'documents',
  'social-history': 'conditions',
  exam: 'conditions',
  procedure: 'conditions',
  therapy: 'medication',
}

export function classify(resource: Resource): DataOf {
  return { dataClass: classOf(resource), labels: labelsOf(resource) }
}

function classOf(resource: Resource): DataClass {
  if (resource.resourceType === 'Observation') return ofObservation(resource)
  if (resource.resourceType === 'DiagnosticReport') return ofCategories(resource.category) ?? 'laboratory'
  return byType.get(resource.resourceType) ?? 'other'
}

/** As telemetry would have it: the same measure is of the same class, however it came in. */
function ofObservation({ code, category, valueSampledData }: Observation): DataClass {
  const metric = code?.coding?.map(metricOf).find((found) => found !== undefined)
  if (metric) return dataClassOfMetric(metric.id)
  if (valueSampledData) return 'waveforms'
  return ofCategories(category) ?? 'other'
}

const metricOf = ({ system, code }: Coding) =>
  system === 'http://loinc.org'
    ? findMetric(`loinc:${code}`)
    : system === 'urn:iso:std:iso:11073:10101'
      ? findMetric(`mdc:${code}`)
      : undefined

const ofCategories = (categories: readonly CodeableConcept[] | undefined): DataClass | undefined =>
  categories
    ?.flatMap(({ coding }) => coding ?? [])
    .map(({ code }) => byCategory[code ?? ''])
    .find((dataClass) => dataClass !== undefined)

/** What the author marked, and what the codes give away. */
function labelsOf(resource: Resource): SensitivityLabel[] {
  const marked = resource.meta?.security?.flatMap(({ code }) =>
    code !== undefined && isSensitivityLabel(code) ? [code] : [],
  )
  const found = new Set<SensitivityLabel>([...(marked ?? []), ...labelledCodes(resource)])
  return (Object.keys(sensitivityLabels) as SensitivityLabel[]).filter((label) => found.has(label))
}
