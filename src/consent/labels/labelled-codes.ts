/**
 * Codes that give a sensitive matter away, so that a diagnosis is protected also where nobody marked it. ICD-10 by the
 * blocks of its table of contents; LOINC and SNOMED CT by single codes in common use.
 */
import type { Coding, Resource } from '@medplum/fhirtypes'
import type { SensitivityLabel } from '../../kernel/data-class.ts'

interface LabelledCodes {
  /** Categories of ICD-10 and its clinical modifications, ends included: `F20`, or `F20-F99`. */
  readonly icd10: readonly string[]
  readonly loinc?: readonly string[]
  readonly snomed?: readonly string[]
}

export const labelDefinitions: Readonly<Record<SensitivityLabel, LabelledCodes>> = {
  PSY: {
    icd10: ['F20-F99', 'X60-X84', 'R45'],
    loinc: ['44249-1', '44261-6'],
    snomed: ['74732009', '35489007'],
  },
  HIV: {
    icd10: ['B20-B24', 'Z21', 'R75', 'Z11.4'],
    loinc: ['7917-8', '20447-9', '25836-8', '75622-1', '56888-1'],
    snomed: ['86406008', '62479008'],
  },
  ETH: { icd10: ['F10-F19', 'T40', 'Z71.4', 'Z71.5', 'K70'], snomed: ['7200002', '66214007'] },
  SEX: {
    icd10: ['A50-A64', 'N46', 'N97', 'O00-O08', 'Z30-Z32', 'Z64.0', 'F52', 'F64-F66'],
    snomed: ['8098009'],
  },
  SDV: { icd10: ['T74', 'Y05-Y07', 'X85-X99', 'Y00-Y04', 'Z61', 'Z63.0'], snomed: ['397940009'] },
  GDIS: { icd10: ['Q90-Q99', 'E84', 'G10', 'D57', 'D66', 'Z14-Z15'], snomed: ['32895009'] },
}

const icdSystems =
  /^http:\/\/hl7\.org\/fhir\/sid\/icd-10|^urn:oid:2\.16\.840\.1\.113883\.6\.(3|90)$|icd-10-gm$/

const withinIcd = (entry: string, code: string): boolean => {
  const [first = '', last] = entry.split('-')
  if (last === undefined) return code === first || code.startsWith(first.includes('.') ? first : `${first}.`)
  const category = code.slice(0, 3)
  return category >= first && category <= last
}

function gives(label: SensitivityLabel, { system = '', code = '' }: Coding): boolean {
  const { icd10, loinc, snomed } = labelDefinitions[label]
  if (icdSystems.test(system)) return icd10.some((entry) => withinIcd(entry, code))
  if (system === 'http://loinc.org') return loinc?.includes(code) === true
  return system === 'http://snomed.info/sct' && snomed?.includes(code) === true
}

export function labelledCodes(resource: Resource): SensitivityLabel[] {
  const codings = codingsIn(resource)
  return (Object.keys(labelDefinitions) as SensitivityLabel[]).filter((label) =>
    codings.some((coding) => gives(label, coding)),
  )
}

const deepest = 12

/** Wherever it stands: a reason, a finding, a component. */
function codingsIn(value: unknown, depth = 0): Coding[] {
  if (depth > deepest || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one) => codingsIn(one, depth + 1))
  const { system, code } = value as Coding
  const own = typeof system === 'string' && typeof code === 'string' ? [value as Coding] : []
  return [...own, ...Object.values(value).flatMap((one) => codingsIn(one, depth + 1))]
}
