/** From what is known of an answered request to the entries it leaves. Pure, so that its table can be tested. */
import type { AuditAction, AuditEntry, AuditKind } from '../model.ts'
import type { RouteAudit } from './declare.ts'
import type { Disclosure } from './disclosure.ts'

export interface Who {
  readonly actor?: string | undefined
  readonly app?: string | undefined
  readonly purpose: AuditEntry['purpose']
  /** Where it depends on whose data it was: a broken glass. */
  readonly purposeFor?: ((patients: readonly string[]) => AuditEntry['purpose']) | undefined
  /** Of a browser; the same look of another session is another look. */
  readonly session?: string | undefined
}

export interface Answered {
  readonly method: string
  /** The path pattern. */
  readonly route: string
  readonly status: number
  /** Without the question mark. */
  readonly query: string
  readonly params: Readonly<Record<string, unknown>>
  readonly address: string
  readonly requestId: string
  readonly who: Who
  readonly declared: RouteAudit
  readonly disclosure: Disclosure
  /** Of an answer 404: whose data was asked for and kept hidden. */
  readonly hidden: readonly string[]
}

const actions: Readonly<Record<string, AuditAction>> = {
  ...{ GET: 'R', HEAD: 'R', POST: 'C', PUT: 'U', PATCH: 'U', DELETE: 'D' },
}

export function entriesOf(answered: Answered): AuditEntry[] {
  const { declared, status, disclosure, hidden } = answered
  if (declared.gives === 'nothing') return []
  const refused = status === 401 || status === 403 || (status === 404 && hidden.length > 0)
  if (refused || (status === 429 && declared.kind === 'sign-in')) return [refusal(answered)]
  if (status >= 400) return []
  const looks = answered.method === 'GET' || answered.method === 'HEAD'
  if (declared.gives !== 'patient-data') return looks ? [] : [entryOf(answered, {})]
  const given = disclosure.given ?? [{ patients: patientOfPath(answered) }]
  return given.map(({ patients, what, ...rest }) =>
    entryOf(answered, { ...rest, patients, ...(what ? { what } : {}) }),
  )
}

function entryOf(answered: Answered, over: Partial<AuditEntry>): AuditEntry {
  const { method, route, query, address, requestId, who, disclosure, params } = answered
  const declared = answered.declared as { kind?: AuditKind; action?: AuditAction }
  const action = actions[method] ?? 'E'
  const about = disclosure.given?.[0]
  const patients = over.patients ?? about?.patients ?? patientOfPath(answered)
  return {
    kind: declared.kind ?? (action === 'R' ? 'read' : 'write'),
    action: declared.action ?? action,
    outcome: 'done',
    actor: disclosure.actor ?? who.actor,
    app: who.app,
    purpose: who.purposeFor?.(patients) ?? who.purpose,
    patients,
    what: about?.what ?? [named(route, params)],
    ...(query === '' ? {} : { query }),
    address,
    requestId,
    ...over,
  }
}

/** Only who was refused, what, and why: of a search that was refused its query is part of that. */
function refusal(answered: Answered): AuditEntry {
  const { disclosure, status, hidden } = answered
  const entry = entryOf(answered, {})
  const patients = [...new Set([...entry.patients, ...hidden])]
  return { ...entry, patients, outcome: 'refused', reason: disclosure.reason ?? `answered ${status}` }
}

const isId = /^[A-Za-z0-9.-]{1,64}$/
const ofPatient = /\/patients\/:(id|patient)(\/|$)/

function patientOfPath({ route, params }: Answered): readonly string[] {
  const name = ofPatient.exec(route)?.[1]
  const id = name === undefined ? undefined : params[name]
  return typeof id === 'string' && isId.test(id) ? [id] : []
}

/** The pattern, with the ids in it that are no one's secret: a token in a path stays out. */
const named = (route: string, params: Readonly<Record<string, unknown>>): string =>
  route.replace(/:(\w+)/g, (whole, name: string) => {
    const value = params[name]
    return name === 'id' && typeof value === 'string' && isId.test(value) ? value : whole
  })
