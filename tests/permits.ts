/** Permits for tests that are not about decisions: staff sees everyone, a patient themselves, whoever keeps devices those. */
import type { Actor } from '../src/identity/index.ts'
import { everything, only } from '../src/kernel/patient-filter.ts'
import { grantPermit, type Permit } from '../src/kernel/permit.ts'

export function simplePermit(actor: Actor): Permit {
  const person = actor.kind === 'person' ? actor : undefined
  const own = person?.roles.includes('patient') || person?.patient !== undefined
  const treats = person?.roles.some((role) => role === 'nurse' || role === 'physician')
  const devices = [{ classes: ['devices'] as const, cleared: 'all' as const }]
  return grantPermit({
    actor: person?.fhirUser ?? actor.id,
    purpose: own ? 'PATRQT' : 'TREAT',
    filter: own
      ? only(person?.patient === undefined ? [] : [person.patient])
      : {
          others: treats || actor.kind === 'app' ? everything : actor.kind === 'device' ? [] : devices,
          named: [],
        },
    seesUnassigned: !own && actor.kind !== 'device',
  })
}

export const permitFor = (patients: readonly string[], actor = `Patient/${patients[0]}`): Permit =>
  grantPermit({ actor, purpose: 'PATRQT', filter: only(patients), seesUnassigned: false })
