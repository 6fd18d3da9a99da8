/** A row as AuditEvent, by the patterns of IHE Basic Audit Log Patterns (BALP) 1.1. */
import type { WithId } from '@medplum/core'
import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from '@medplum/fhirtypes'
import { purposesOfUse } from '../../kernel/purpose.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import { type AuditRow, auditId } from '../row.ts'
import { outcomes, subtypesOf, typeOf } from './codes.ts'

/** What people and apps are called, by reference. */
export type Names = ReadonlyMap<string, string>

const entityType = 'http://terminology.hl7.org/CodeSystem/audit-entity-type'
const objectRole = 'http://terminology.hl7.org/CodeSystem/object-role'
const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const person: Coding = { system: entityType, code: '1', display: 'Person' }
const systemObject: Coding = { system: entityType, code: '2', display: 'System Object' }
const patientRole: Coding = { system: objectRole, code: '1', display: 'Patient' }
const domainResource: Coding = { system: objectRole, code: '4', display: 'Domain Resource' }
const queryRole: Coding = { system: objectRole, code: '24', display: 'Query' }

/** Types that AuditEvent.agent.who may refer to. */
const referable =
  /^(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)\/[A-Za-z0-9\-.]{1,64}$/
const resource = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(\/_history\/\d+)?$/

function whoOf(reference: string, names: Names): NonNullable<AuditEventAgent['who']> {
  const display = names.get(reference)
  if (!referable.test(reference)) return { display: display ?? reference }
  return { reference, ...(display === undefined ? {} : { display }) }
}

function agentsOf(row: AuditRow, names: Names): AuditEventAgent[] {
  const { actor, app, address } = row
  const network = address === undefined ? {} : { network: { address, type: '2' as const } }
  const user: AuditEventAgent = {
    type: { coding: [{ system: participation, code: 'IRCP', display: 'information recipient' }] },
    ...(actor === undefined ? { name: 'nobody signed in' } : { who: whoOf(actor, names) }),
    requestor: true,
    ...network,
  }
  if (app === undefined) return [user]
  const client: AuditEventAgent = {
    type: {
      coding: [
        { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110150', display: 'Application' },
      ],
    },
    who: { display: names.get(`ClientApplication/${app}`) ?? app },
    requestor: false,
  }
  return [user, client]
}

function entitiesOf({ patients, what, query }: AuditRow, names: Names): AuditEventEntity[] {
  const patientEntities = patients.map((id) => {
    const display = names.get(`Patient/${id}`)
    const reference = { reference: `Patient/${id}`, ...(display === undefined ? {} : { display }) }
    return { what: reference, type: person, role: patientRole }
  })
  const things = what
    .filter((one) => !patients.some((id) => one === `Patient/${id}`))
    .map((one) => ({
      ...(resource.test(one) ? { what: { reference: one } } : { name: one }),
      ...{ type: systemObject, role: domainResource },
    }))
  const asked =
    query === undefined
      ? []
      : [{ type: systemObject, role: queryRole, query: Buffer.from(query).toString('base64') }]
  return [...patientEntities, ...things, ...asked]
}

export function drawAuditEvent(row: AuditRow, names: Names): WithId<AuditEvent> {
  const { kind, action, outcome, reason, purpose, requestId } = row
  const recorded = isoFromMicros(row.atUs as Micros)
  return {
    resourceType: 'AuditEvent',
    id: auditId(row),
    meta: { versionId: '1', lastUpdated: recorded },
    type: typeOf(kind),
    subtype: subtypesOf(kind, action),
    action,
    recorded,
    outcome: outcomes[outcome],
    ...(reason === undefined ? {} : { outcomeDesc: reason }),
    purposeOfEvent: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
            code: purpose,
            display: purposesOfUse[purpose],
          },
        ],
      },
    ],
    agent: agentsOf(row, names),
    source: {
      observer: { display: 'Vitalwire' },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: [...entitiesOf(row, names), ...(requestId === undefined ? [] : [transaction(requestId)])],
  }
}

/** BALP: the X-Request-Id of the exchange. */
const transaction = (requestId: string): AuditEventEntity => ({
  what: { identifier: { value: requestId } },
  type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
})
