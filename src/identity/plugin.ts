import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Identity } from './identity.ts'
import { staleSignInChallenge } from './step-up.ts'

const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i
/** The token of an `Authorization: Bearer` header; undefined for another scheme or a malformed one. */
export const bearerToken = (header: string | undefined): string | undefined => bearer.exec(header ?? '')?.[1]

/** These read the Authorization header themselves: devices' own credentials, the authorisation server. */
const readsItsOwn = /^\/(telemetry|oauth)(\/|\?|$)/

const outcome = (diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'login', diagnostics }],
})

/**
 * Sets `request.actor` before any handler runs. No bearer token: nobody, and the handler decides. One that is not
 * valid: 401 here (RFC 6750 3.1), whatever the path allows to strangers.
 */
export function identityPlugin({ identity }: { readonly identity: Identity }): FastifyPluginAsync {
  const plugin = async (app: FastifyInstance) => {
    app.decorateRequest('actor', undefined)
    app.decorateRequest('provenAgoMs', undefined)
    app.decorateRequest('wantedMaxAgeS', undefined)
    app.addHook('onRequest', async (request: FastifyRequest, reply) => {
      const header = request.headers.authorization
      if (header === undefined || !/^Bearer\b/i.test(header) || readsItsOwn.test(request.url)) return
      const token = bearerToken(header)
      request.actor = token === undefined ? undefined : await identity.authenticate(token)
      if (request.actor) {
        request.provenAgoMs = identity.provenAgoMs(request.actor)
        return
      }
      await reply
        .code(401)
        .header(
          'www-authenticate',
          'Bearer realm="vitalwire", error="invalid_token", error_description="unknown, expired or revoked"',
        )
        .type(request.url.startsWith('/fhir') ? 'application/fhir+json' : 'application/json')
        .send(outcome('The access token is unknown, expired or revoked. Sign in again.'))
    })
    app.addHook('onSend', async ({ wantedMaxAgeS }, reply) => {
      if (wantedMaxAgeS !== undefined && reply.statusCode === 401) {
        reply.header('www-authenticate', staleSignInChallenge(wantedMaxAgeS))
      } else if (reply.statusCode === 401 && !reply.hasHeader('www-authenticate')) {
        reply.header('www-authenticate', 'Bearer realm="vitalwire"')
      }
    })
  }
  // Its hooks are for the whole server, not for a scope of their own.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}
