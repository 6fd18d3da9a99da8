/**
 * A FHIR Consent as what decisions read. What is not understood never widens: a permission with an unknown criterion applies
 * to nobody, a denial with one applies as if it were not there.
 */
import type { Coding, Consent, ConsentProvision, ConsentProvisionActor } from '@medplum/fhirtypes'
import { isDataClass, isSensitivityLabel } from '../../kernel/data-class.ts'
import { isPurposeOfUse } from '../../kernel/purpose.ts'
import { microsFromIso } from '../../kernel/time.ts'
import { consentSystems } from '../contract.ts'
import type { ConsentDecision, Provision, Ruling } from '../model.ts'

const privacyScopes = new Set(['patient-privacy', 'research'])

/** Undefined: not in force, not about data, or of no patient. */
export function parseConsent(consent: Consent): ConsentDecision | undefined {
  const patient = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(consent.patient?.reference ?? '')?.[1]
  const aboutData = consent.scope.coding?.some(({ code }) => privacyScopes.has(code ?? ''))
  if (consent.status !== 'active' || !patient || !aboutData || !consent.id) return undefined
  const root = consent.provision ?? {}
  return { id: consent.id, patient, provision: provisionOf(root, root.type ?? baseRuling(consent)) }
}

/** In R4 the root has no type of its own: the rule that its provisions are exceptions to is named. */
function baseRuling({ policyRule }: Consent): Ruling | undefined {
  const codes = new Set(policyRule?.coding?.map(({ code }) => code))
  if (codes.has('OPTOUT')) return 'deny'
  return codes.has('OPTIN') ? 'permit' : undefined
}

function provisionOf(given: ConsentProvision, type: Ruling | undefined): Provision {
  const unknown = Boolean(
    given.action?.length || given.code?.length || given.data?.length || given.dataPeriod,
  )
  const known = <T>(
    all: readonly unknown[] | undefined,
    understood: readonly T[],
  ): readonly T[] | undefined => {
    if (!all || all.length === 0) return type === 'permit' && unknown ? [] : undefined
    const partly = understood.length < all.length
    return type === 'deny' && partly ? undefined : understood
  }
  const actors = known(given.actor, given.actor?.flatMap(nameOf) ?? [])
  const purposes = known(given.purpose, codesOf(given.purpose).filter(isPurposeOfUse))
  const classes = known(given.class, dataClassesOf(given.class ?? []))
  const labels = known(given.securityLabel, codesOf(given.securityLabel).filter(isSensitivityLabel))
  return {
    ...(type ? { type } : {}),
    ...(given.period ? { period: periodOf(given.period) } : {}),
    ...(actors ? { actors } : {}),
    ...(purposes ? { purposes } : {}),
    ...(classes ? { classes } : {}),
    // An empty list of labels that nobody understood reaches up to rows without labels only.
    ...(labels ? { labels } : {}),
    ...(given.provision ? { provisions: given.provision.map((one) => provisionOf(one, one.type)) } : {}),
  }
}

const codesOf = (codings: readonly Coding[] | undefined): string[] =>
  (codings ?? []).map(({ code }) => code ?? '')

const dataClassesOf = (codings: readonly Coding[]) =>
  codings.flatMap(({ system, code = '' }) =>
    system === consentSystems.dataClass && isDataClass(code) ? [code] : [],
  )

/** A resource, or a role, ward or app by identifier: `urn:…|value`. */
function nameOf({ reference }: ConsentProvisionActor): string[] {
  if (reference.reference) return [reference.reference]
  const { system, value } = reference.identifier ?? {}
  return system && value ? [`${system}|${value}`] : []
}

function periodOf({ start, end }: { start?: string | undefined; end?: string | undefined }) {
  const [from, to] = [start, end].map((time) => (time === undefined ? undefined : instant(time)))
  return {
    ...(from === undefined ? {} : { start: from }),
    // A day that ends a period belongs to it.
    ...(to === undefined ? {} : { end: to + (end?.length === 10 ? dayUs : 0) }),
  } as NonNullable<Provision['period']>
}

const dayUs = 86_400_000_000
const instant = (time: string): number | undefined =>
  microsFromIso(time) ?? (Number.isNaN(Date.parse(time)) ? undefined : Date.parse(time) * 1_000)
