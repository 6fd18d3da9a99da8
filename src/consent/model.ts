import type { DataClass, SensitivityLabel } from '../kernel/data-class.ts'
import type { PurposeOfUse } from '../kernel/purpose.ts'
import type { Micros } from '../kernel/time.ts'

/** Who asks, as policies tell apart. `proxy` acts for a patient; `app` acts in its own name. */
export type Standing = 'patient' | 'proxy' | 'nurse' | 'physician' | 'biomed' | 'admin' | 'privacy' | 'app'

/** Everything about the one who asks that a decision depends on. */
export interface Subject {
  /** As in records: `Practitioner/…`. */
  readonly reference: string
  readonly standings: readonly Standing[]
  readonly purpose: PurposeOfUse
  /** What a consent may name the subject by: itself, its app, its wards, care teams and house, its roles. */
  readonly names: ReadonlySet<string>
  readonly own: readonly string[]
  readonly proxied: readonly string[]
}

/** How a policy finds whose data it is about. */
export type Relation = 'own' | 'proxied' | 'care-team' | 'ward' | 'broken-glass' | 'anyone'

/** The patients that stand in each relation to one subject now. */
export type Related = Readonly<Record<Exclude<Relation, 'anyone'>, 'all' | ReadonlySet<string>>>

/**
 * What a patient's consents do to a policy's grant: `may-refuse`: it holds unless one denies; `cannot-refuse`: it holds
 * whatever they say; `needs-consent`: it holds only where one permits; `needs-name`: only where one permits that names the
 * subject.
 */
export type ConsentWeight = 'may-refuse' | 'cannot-refuse' | 'needs-consent' | 'needs-name'

export interface Policy {
  readonly id: string
  readonly title: string
  readonly rationale: string
  readonly reference: string
  readonly who: readonly Standing[]
  readonly purposes: readonly PurposeOfUse[]
  readonly whose: Relation
  readonly classes: 'all' | readonly DataClass[]
  readonly cleared: 'all' | readonly SensitivityLabel[]
  readonly consent: ConsentWeight
  readonly cases: readonly PolicyCase[]
}

/** By this policy alone. */
export interface PolicyCase {
  readonly title: string
  readonly who: Standing
  readonly purpose: PurposeOfUse
  readonly related: boolean
  readonly dataClass: DataClass
  readonly labels?: readonly SensitivityLabel[]
  readonly consent?: Ruling
  readonly may: boolean
}

export type Ruling = 'permit' | 'deny'

/** Consent.provision, as decisions read it: what is absent applies to all. */
export interface Provision {
  /** Absent at the root of a consent that says everything in exceptions. */
  readonly type?: Ruling
  readonly period?: { readonly start?: Micros; readonly end?: Micros }
  readonly actors?: readonly string[]
  readonly purposes?: readonly PurposeOfUse[]
  readonly classes?: readonly DataClass[]
  readonly labels?: readonly SensitivityLabel[]
  /** Exceptions: what one of them says holds instead of `type`. */
  readonly provisions?: readonly Provision[]
}

/** One active decision of one patient. */
export interface ConsentDecision {
  readonly id: string
  readonly patient: string
  readonly provision: Provision
}
