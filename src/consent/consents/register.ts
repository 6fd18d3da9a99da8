/** The decisions in force, by patient: in memory from the record, so that a withdrawal counts from its commit on. */
import type { Consent } from '@medplum/fhirtypes'
import type { Micros } from '../../kernel/time.ts'
import type { Provision } from '../model.ts'
import { followResources, type StandingResourcesDeps } from '../standing-resources.ts'
import { parseConsent } from './parse.ts'
import { nextBoundary } from './ruling.ts'

export interface ConsentRegister {
  provisions(): ReadonlyMap<string, readonly Provision[]>
  /** When a decision begins or ends by time alone. */
  nextBoundary(now: Micros): Micros | undefined
  close(): void
}

export async function createConsentRegister(
  deps: StandingResourcesDeps,
  changed: () => void,
): Promise<ConsentRegister> {
  const patientOf = new Map<string, string>()
  const byPatient = new Map<string, Map<string, Provision>>()
  let flat: Map<string, readonly Provision[]> | undefined

  function drop(id: string): void {
    const patient = patientOf.get(id)
    if (patient === undefined) return
    patientOf.delete(id)
    const decisions = byPatient.get(patient)
    decisions?.delete(id)
    if (decisions?.size === 0) byPatient.delete(patient)
  }
  const stop = await followResources(deps, {
    searches: [{ resourceType: 'Consent' }],
    take(resource) {
      drop(resource.id)
      const decision = parseConsent(resource as Consent)
      if (!decision) return
      patientOf.set(decision.id, decision.patient)
      const decisions = byPatient.get(decision.patient) ?? new Map<string, Provision>()
      byPatient.set(decision.patient, decisions.set(decision.id, decision.provision))
    },
    drop: (_type, id) => drop(id),
    changed() {
      flat = undefined
      changed()
    },
  })
  const provisions = () => {
    flat ??= new Map([...byPatient].map(([patient, decisions]) => [patient, [...decisions.values()]]))
    return flat
  }
  return {
    provisions,
    nextBoundary: (now) => nextBoundary([...provisions().values()].flat(), now),
    close: stop,
  }
}
