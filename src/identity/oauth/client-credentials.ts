import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider'
import { mayHold, parseScope } from '../scopes.ts'

/**
 * RFC 6749 4.4 with SMART backend scopes (`system/…`). The library's own handler knows scopes only by exact name and
 * drops what it does not know; here a client is granted what its registration covers, or told what it does not.
 */
export function registerClientCredentials(provider: Provider): void {
  const grant = async (ctx: TokenEndpointGrantContext<{ scope?: string }>): Promise<void> => {
    const { client, params } = ctx.oidc
    const registered = client['registered_scopes']
    const held = Array.isArray(registered) ? registered.filter((scope) => typeof scope === 'string') : []
    const asked = params.scope === undefined ? held : [...new Set(params.scope.split(' '))]
    for (const scope of asked) {
      if (parseScope(scope)?.level !== 'system' || !mayHold(held, scope)) {
        throw new errors.InvalidScope('requested scope is not allowed', scope)
      }
    }
    if (asked.length === 0) throw new errors.InvalidScope('the client is registered for no scope', '')

    const token = new provider.ClientCredentials({ client, scope: asked.join(' ') })
    ctx.oidc.entity('ClientCredentials', token)
    const value = await token.save()
    ctx.body = {
      access_token: value,
      token_type: 'Bearer',
      expires_in: token.expiration,
      scope: token.scope,
    }
  }
  provider.registerGrantType('client_credentials', grant, ['scope'])
}
