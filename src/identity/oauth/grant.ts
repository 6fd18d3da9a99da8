import type { KoaContextWithOIDC } from 'oidc-provider'
import { webClientId } from '../model.ts'
import { mayHold } from '../scopes.ts'

type Grant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']>

const always = new Set(['openid', 'profile', 'fhirUser', 'offline_access', 'launch/patient'])

/** Whether a registered app may be granted this by a person: what its registration covers, and its own sign-in. */
export function mayBeGranted(
  client: { readonly [member: string]: unknown } | undefined,
  scope: string,
): boolean {
  const registered = client?.['registered_scopes']
  const held = Array.isArray(registered) ? registered.map(String) : []
  return always.has(scope) || mayHold(held, scope)
}

/** What this session granted the client before; the first-party web app needs no consent of its own user. */
export async function grantFor(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider, result } = ctx.oidc
  if (!client || !session?.accountId) return undefined
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const known = id ? await provider.Grant.find(id) : undefined
  if (client.clientId !== webClientId) return known
  const grant = known ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '))
  await grant.save()
  return grant
}
