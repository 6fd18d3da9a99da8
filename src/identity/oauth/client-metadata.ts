import type { AdapterPayload, ClientMetadata } from 'oidc-provider'
import { type Client, webClientId } from '../model.ts'

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** The web app of this very server; it needs no registration. */
export const webClient = (publicUrl: string): ClientMetadata => ({
  client_id: webClientId,
  client_name: 'Vitalwire',
  application_type: 'web',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  response_modes: ['query'],
  redirect_uris: [`${publicUrl}/signed-in`],
  post_logout_redirect_uris: [publicUrl, `${publicUrl}/`, `${publicUrl}/signed-in`],
})

/**
 * While the server itself is on loopback, the web app may come from any loopback port (a development server, an SSH
 * tunnel, `localhost` for `127.0.0.1`): only this machine can answer there.
 */
export function isLoopbackVariation(publicUrl: string, uri: string, paths: readonly string[]): boolean {
  const asked = URL.parse(uri)
  if (!asked || !loopback.has(new URL(publicUrl).hostname) || !loopback.has(asked.hostname)) return false
  const plain =
    asked.protocol === 'http:' && !asked.username && !asked.password && !asked.search && !asked.hash
  return plain && paths.includes(asked.pathname)
}

/** A registered client as the authorisation server wants it. */
export function clientMetadata(client: Client): AdapterPayload | undefined {
  if (client.disabled) return undefined
  const signsPeopleIn = client.redirectUris.length > 0
  const method =
    client.jwks !== null ? 'private_key_jwt' : client.secretSha256 !== null ? 'client_secret_basic' : 'none'
  return {
    client_id: client.id,
    client_name: client.name,
    token_endpoint_auth_method: method,
    // Only its digest is known; secrets are compared by digest.
    ...(client.secretSha256 === null ? {} : { client_secret: client.secretSha256 }),
    ...(client.jwks === null ? {} : { jwks: { keys: [...client.jwks.keys] } }),
    grant_types: [
      ...(signsPeopleIn ? ['authorization_code', 'refresh_token'] : []),
      ...(method === 'none' ? [] : ['client_credentials']),
    ],
    response_types: signsPeopleIn ? ['code'] : [],
    response_modes: ['query'],
    redirect_uris: [...client.redirectUris],
    registered_scopes: [...client.scopes],
  } as AdapterPayload
}
