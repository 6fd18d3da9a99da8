/** What a browser gets of the audit. */
export interface AuditWho {
  readonly reference: string
  readonly name: string
  /** `nurse`, `physician`, …; of apps and devices none. */
  readonly roles: readonly string[]
}

export interface AuditView {
  readonly id: string
  readonly at: string
  readonly kind: string
  /** create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly outcome: 'done' | 'refused' | 'failed'
  /** Null: nobody was signed in. */
  readonly who: AuditWho | null
  /** The app that acted in their name. */
  readonly app: string | null
  readonly purpose: string
  readonly patients: readonly { readonly id: string; readonly name: string }[]
  readonly what: readonly string[]
  readonly query: string | null
  readonly address: string | null
  readonly reason: string | null
}

/**
 * `GET /api/audit?patient=&actor=&kind=&purpose=&outcome=&from=&to=&others=true&count=&cursor=`, newest first. Who may see the
 * whole audit names anyone or no one; a patient gets their own; who manages the configuration its changes. `others`
 * leaves out what the one who asks did. `GET /api/audit.csv` is the same as a file.
 */
export interface AuditPage {
  readonly entries: readonly AuditView[]
  /** For `cursor` of the next page; null at the end. */
  readonly next: string | null
}

/** `GET /api/audit/people?patient=`: who appears in a patient's trail, most often first. */
export interface AuditPerson extends AuditWho {
  readonly entries: number
}
