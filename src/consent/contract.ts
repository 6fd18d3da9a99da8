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
