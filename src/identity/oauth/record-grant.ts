import type { KoaContextWithOIDC } from 'oidc-provider'
import type { AuditEntry, AuditWriter } from '../../audit/index.ts'
import { webClientId } from '../model.ts'

export interface GrantAuditDeps {
  readonly audit?: AuditWriter | undefined
  readonly findPerson: (
    id: string,
  ) => Promise<{ readonly fhirUser: string; readonly patient: string | null } | undefined>
}

/**
 * A token for another app is an entry before the app has it; our own web app's sign-ins are entries of the sign-in page.
 * Renewals are none: they prolong what was given.
 */
export async function recordGrant(ctx: KoaContextWithOIDC, deps: GrantAuditDeps): Promise<void> {
  const { audit, findPerson } = deps
  const grantType = ctx.oidc?.params?.['grant_type']
  const app = ctx.oidc?.client?.clientId
  if (!audit || ctx.oidc?.route !== 'token' || grantType === 'refresh_token' || app === webClientId) return
  const given = ctx.status === 200
  if (!given && app === undefined) return
  const accountId = ctx.oidc.entities.AccessToken?.accountId
  const person = accountId === undefined ? undefined : await findPerson(accountId)
  const entry: AuditEntry = {
    ...{ kind: 'sign-in', action: 'E', outcome: given ? 'done' : 'refused' },
    actor: person?.fhirUser ?? `ClientApplication/${app}`,
    app: person ? app : undefined,
    purpose: 'HOPERAT',
    patients: person?.patient == null ? [] : [person.patient],
    what: [`token by ${String(grantType).slice(0, 80)}`],
    address: ctx.ip,
    ...(given ? {} : { reason: String((ctx.body as { error?: unknown } | undefined)?.error ?? ctx.status) }),
  }
  await audit.write(entry)
}
