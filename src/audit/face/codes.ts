/** How each kind of act is coded: DICOM's audit codes, FHIR's interactions, ISO 21089, and our own kind beside them. */
import type { Coding } from '@medplum/fhirtypes'
import type { AuditAction, AuditEntry, AuditKind } from '../model.ts'

const dicom = 'http://dicom.nema.org/resources/ontology/DCM'
const interaction = 'http://hl7.org/fhir/restful-interaction'
const lifecycle = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle'
export const kindSystem = 'urn:vitalwire:audit-kind'

const rest: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  code: 'rest',
  display: 'RESTful Operation',
}
const dcm = (code: string, display: string): Coding => ({ system: dicom, code, display })
const fhir = (code: string): Coding => ({ system: interaction, code, display: code })
const patientRecord = dcm('110110', 'Patient Record')
const securityAlert = dcm('110113', 'Security Alert')
const userAuthentication = dcm('110114', 'User Authentication')

const written: Readonly<Record<AuditAction, Coding>> = {
  ...{ C: fhir('create'), U: fhir('update'), D: fhir('delete'), R: fhir('read'), E: fhir('operation') },
}

interface Coded {
  readonly type: Coding
  readonly subtype: (action: AuditAction) => Coding | undefined
}

const one = (type: Coding, subtype?: Coding): Coded => ({ type, subtype: () => subtype })

const coded: Readonly<Record<AuditKind, Coded>> = {
  read: { type: rest, subtype: (action) => written[action] },
  search: one(rest, fhir('search')),
  write: { type: rest, subtype: (action) => written[action] },
  history: one(rest, fhir('history')),
  export: { type: dcm('110106', 'Export'), subtype: () => undefined },
  live: one(patientRecord),
  alarm: one(patientRecord),
  'sign-in': one(userAuthentication, dcm('110122', 'Login')),
  'sign-out': one(userAuthentication, dcm('110123', 'Logout')),
  account: one(securityAlert, dcm('110137', 'User Security Attributes Changed')),
  consent: { type: rest, subtype: (action) => written[action] },
  'break-glass': one(securityAlert, dcm('110127', 'Emergency Override Started')),
  device: one(patientRecord, dcm('110130', 'Hardware Configuration')),
  configuration: one(securityAlert, dcm('110131', 'Software Configuration')),
  erasure: one(patientRecord, {
    system: lifecycle,
    code: 'destroy',
    display: 'Destroy/Delete Record Lifecycle Event',
  }),
}

export const auditKinds = Object.keys(coded) as readonly AuditKind[]
const auditActions: readonly AuditAction[] = ['C', 'R', 'U', 'D', 'E']

export const typeOf = (kind: AuditKind): Coding => coded[kind].type
export function subtypesOf(kind: AuditKind, action: AuditAction): Coding[] {
  const subtype = coded[kind].subtype(action)
  return [...(subtype ? [subtype] : []), { system: kindSystem, code: kind }]
}

export const outcomes: Readonly<Record<AuditEntry['outcome'], '0' | '4' | '8'>> = {
  ...{ done: '0', refused: '4', failed: '8' },
}

/** `code`, `system|code`, `|code` as a token search gives it. */
export function tokenMatches(token: string, { system, code }: Coding): boolean {
  const bar = token.indexOf('|')
  if (bar === -1) return token === code
  const [wanted, value] = [token.slice(0, bar), token.slice(bar + 1)]
  return (wanted === system || (wanted === '' && system === undefined)) && (value === '' || value === code)
}

/** `kind action` of every act that is coded so. */
export const actsCoded = (
  codings: (kind: AuditKind, action: AuditAction) => Coding[],
  tokens: readonly string[],
) =>
  auditKinds.flatMap((kind) =>
    auditActions
      .filter((action) =>
        codings(kind, action).some((coding) => tokens.some((token) => tokenMatches(token, coding))),
      )
      .map((action) => `${kind} ${action}`),
  )
