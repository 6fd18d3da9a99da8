import type { DataClass } from '../kernel/data-class.ts'

/** Systems of what a consent names beside FHIR's own codes. */
export const consentSystems = {
  dataClass: 'urn:vitalwire:data-class',
  /** `nurse`, `physician`, `app`, …: everyone of that standing. */
  standing: 'urn:vitalwire:standing',
  /** The id of a Location: everyone who works there. */
  ward: 'urn:vitalwire:ward',
  /** The id of an app. */
  app: 'urn:vitalwire:app',
} as const

/** `GET /api/patients/:id/access`: what the caller may see of this patient, and why not more. */
export interface AccessView {
  readonly may: 'all' | 'part' | 'nothing'
  readonly purpose: string
  /** Until when the glass is broken for the caller. */
  readonly brokenUntil: string | null
  readonly mayBreakGlass: boolean
}

export const breakGlassReasons = ['emergency', 'cannot-consent', 'covering', 'safety'] as const
export type BreakGlassReason = (typeof breakGlassReasons)[number]

/** `POST /api/patients/:id/break-glass`; answered by `BrokenGlassView`, 201. */
export interface BreakGlass {
  readonly reason: BreakGlassReason
  /** What happened, in own words; 10 to 500 characters. The privacy officer reads it. */
  readonly explanation: string
  /** 5 to 240. */
  readonly minutes: number
}

/**
 * `GET /api/break-glass?state=open|to-review|all`: the privacy officer sees everyone's, staff their own. End it early by
 * `POST …/:id/end`; say what was done by `POST …/:id/statement {statement}`; review (privacy officer, and never one's own)
 * by `POST …/:id/review {outcome, note}`.
 */
export interface BrokenGlassView {
  readonly id: number
  readonly actor: { readonly reference: string; readonly name: string }
  readonly patient: { readonly id: string; readonly name: string }
  readonly reason: BreakGlassReason
  readonly explanation: string
  readonly beganAt: string
  readonly endsAt: string
  /** Earlier than `endsAt` where it was ended. */
  readonly endedAt: string | null
  /** The person's own words afterwards. */
  readonly statement: string | null
  readonly review: {
    readonly by: string
    readonly at: string
    readonly outcome: 'justified' | 'not-justified'
    readonly note: string
  } | null
  readonly reviewDueAt: string
  readonly overdue: boolean
}

/** `POST /api/break-glass/find {family, birthDate}` or `{identifier}`: for staff, audited, exact, five at most. */
export interface FoundPatient {
  readonly id: string
  readonly name: string
  readonly birthDate: string | null
  readonly place: string | null
  readonly may: AccessView['may']
}

/** `GET /api/consent-forms?language=de`: what a patient can decide, in the newest wording. */
export interface ConsentFormView {
  readonly id: string
  /** Of the wording; sent back, so that nobody signs a text they did not read. */
  readonly version: string
  readonly language: string
  readonly title: string
  readonly text: string
  /** What will happen, and what will not. */
  readonly effect: string
  readonly asks: {
    /** Whom it names; absent: nobody. */
    readonly who?: 'person' | 'app' | 'role' | 'family'
    /** Whether kinds of data are chosen; otherwise it is about all. */
    readonly classes: boolean
    readonly until: 'no' | 'may' | 'must'
  }
}

/** `POST /api/patients/:id/consents` (201, `ConsentView`) and `…/consents/preview` (`AccessPreview`, changes nothing). */
export interface ConsentChoice {
  readonly form: string
  readonly version: string
  readonly language: string
  /** Of `PartyView.name`'s party: its `id`. */
  readonly who?: string
  readonly classes?: readonly DataClass[]
  /** A date; the day belongs to it. */
  readonly until?: string
}

/** `GET /api/patients/:id/consents`; withdrawn by `POST …/consents/:consent/withdraw`, in force from the answer on. */
export interface ConsentView {
  readonly id: string
  /** Null: written through FHIR, by no form of ours. */
  readonly form: string | null
  readonly title: string
  readonly effect: string
  readonly status: 'active' | 'withdrawn' | 'ended'
  readonly givenAt: string
  /** The patient, or who decided for them. */
  readonly givenBy: string
  readonly withdrawnAt: string | null
  readonly who: string | null
  readonly classes: readonly DataClass[] | 'all'
  readonly until: string | null
  readonly version: string | null
}

/** `GET /api/patients/:id/consents/parties`: whom a decision can name. */
export interface PartyView {
  readonly id: string
  readonly name: string
  readonly kind: 'person' | 'app' | 'role' | 'family'
  readonly role: string | null
}

/** Who sees what now, and who would then; counted over all accounts and apps there are. */
export interface AccessPreview {
  readonly classes: readonly {
    readonly dataClass: DataClass
    readonly before: number
    readonly after: number
  }[]
  readonly lose: readonly { readonly name: string; readonly classes: readonly DataClass[] | 'all' }[]
  readonly gain: readonly { readonly name: string; readonly classes: readonly DataClass[] | 'all' }[]
}

/** `GET` and `PUT /api/people/:id/wards` (users.manage): where a member of staff works. `all`: the whole house. */
export interface StaffWards {
  readonly wards: 'all' | readonly string[]
}
/** `GET /api/wards` */
export interface WardView {
  readonly id: string
  readonly name: string
}
