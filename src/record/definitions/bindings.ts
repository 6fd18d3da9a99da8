/**
 * Required bindings: an element bound so takes only codes of its value set. Of the specification's terminology only the
 * codes of these sets are kept. Sets drawn from systems that are no list (languages of BCP 47, UCUM, MIME types) are
 * not checked.
 */
import { getAllDataTypes } from '@medplum/core'
import type { CodeSystem, CodeSystemConcept, ValueSet } from '@medplum/fhirtypes'
import { definitionsIn } from './files.ts'

/** By value set URL: `system|code`, and `|code` for plain codes. */
export type RequiredCodes = ReadonlyMap<string, ReadonlySet<string>>

const terminologyFiles = ['valuesets.json', 'v3-codesystems.json'] as const

export const withoutVersion = (canonical: string): string => canonical.split('|')[0] ?? canonical

/** After the structure definitions are loaded. */
export async function loadRequiredCodes(): Promise<RequiredCodes> {
  const bound = requiredValueSets()
  const sets: ValueSet[] = []
  const systems = new Map<string, CodeSystem>()
  for (const file of terminologyFiles) {
    for (const resource of await definitionsIn(file, (text) => isSystem(text) || bound.has(urlOf(text)))) {
      const definition = resource as ValueSet | CodeSystem
      if (definition.resourceType === 'ValueSet') sets.push(definition)
      else if (definition.url !== undefined) systems.set(definition.url, onlyCodes(definition))
    }
  }
  const codes = new Map<string, ReadonlySet<string>>()
  for (const set of sets) {
    const listed = codesOf(set, systems)
    if (listed && set.url !== undefined) codes.set(set.url, listed)
  }
  return codes
}

function requiredValueSets(): ReadonlySet<string> {
  const bound = new Set<string>()
  for (const type of Object.values(getAllDataTypes()))
    for (const { binding } of Object.values(type.elements))
      if (binding?.strength === 'required' && binding.valueSet) bound.add(withoutVersion(binding.valueSet))
  return bound
}

const isSystem = (entryText: string): boolean =>
  /"resourceType"\s*:\s*"CodeSystem"/.test(entryText.slice(0, 400))
const urlOf = (entryText: string): string => /"fullUrl"\s*:\s*"([^"]+)"/.exec(entryText)?.[1] ?? ''

/** Definitions and designations are most of a code system. */
const onlyCodes = ({ url, content, concept }: CodeSystem): CodeSystem =>
  ({ resourceType: 'CodeSystem', url, content, concept }) as CodeSystem

/** Undefined where the set cannot be listed. */
function codesOf(
  { compose }: ValueSet,
  systems: ReadonlyMap<string, CodeSystem>,
): ReadonlySet<string> | undefined {
  const codes = new Set<string>()
  if (!compose || compose.exclude) return undefined
  for (const { system, concept, filter, valueSet } of compose.include) {
    const listed = concept ?? (system === undefined ? undefined : completeConcepts(systems.get(system)))
    if (filter || valueSet || system === undefined || !listed) return undefined
    for (const code of flattened(listed)) codes.add(`${system}|${code}`).add(`|${code}`)
  }
  return codes
}

const completeConcepts = (system: CodeSystem | undefined): CodeSystemConcept[] | undefined =>
  system?.content === 'complete' ? system.concept : undefined

function* flattened(
  concepts: readonly { code?: string; concept?: CodeSystemConcept[] }[],
): Generator<string> {
  for (const { code, concept } of concepts) {
    if (code !== undefined) yield code
    if (concept) yield* flattened(concept)
  }
}
