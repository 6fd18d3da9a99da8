/**
 * The Patient compartment (R4 CompartmentDefinition/patient): whose resource this is.
 */
import { toTypedValue } from '@medplum/core'
import type { CompartmentDefinition, Reference, Resource } from '@medplum/fhirtypes'
import { referenceTarget } from '../indexing/values.ts'
import { readDefinitionFile } from './files.ts'
import type { SearchParams } from './search-parameters.ts'

export interface PatientCompartment {
  /** Types whose resources can belong to a patient. */
  readonly types: readonly string[]
  /** Ids of every patient the resource belongs to. */
  patientsOf(resource: Resource): readonly string[]
}

/** Not in R4's definition, yet a device names the patient it is on. */
const additions: Readonly<Record<string, readonly string[]>> = { Device: ['patient'] }

export async function loadPatientCompartment(params: SearchParams): Promise<PatientCompartment> {
  const text = await readDefinitionFile('compartmentdefinition-patient.json')
  const definition = JSON.parse(text) as CompartmentDefinition
  const paramsOf = new Map<string, readonly string[]>(Object.entries(additions))
  for (const { code, param } of definition.resource ?? []) if (param) paramsOf.set(code, param)
  return {
    types: ['Patient', ...[...paramsOf.keys()].filter((type) => type !== 'Patient')],
    patientsOf(resource) {
      if (resource.resourceType === 'Patient') return resource.id === undefined ? [] : [resource.id]
      const patients = new Set<string>()
      const typed = toTypedValue(resource)
      for (const code of paramsOf.get(resource.resourceType) ?? []) {
        const param = params.get(resource.resourceType, code)
        if (param?.kind !== 'reference') continue
        for (const { value } of param.values(typed)) {
          const reference = (value as Reference).reference
          const target = reference === undefined ? undefined : referenceTarget(reference)
          if (target?.targetType === 'Patient') patients.add(target.targetId)
        }
      }
      return [...patients]
    },
  }
}
