import { type AdapterFactory, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { AuditWriter } from '../../audit/index.ts'
import { microsPerSecond } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Tell } from '../events.ts'
import type { IdentityKeys } from '../keys.ts'
import { accessTokenTtlS, type Person, webClientId } from '../model.ts'
import { recordTypes } from '../record-access.ts'
import type { SeenSession } from '../store/sessions.ts'
import { webClient } from './client-metadata.ts'
import { clientSigningAlgorithms, idTokenAlgorithms } from './discovery.ts'
import { grantFor } from './grant.ts'

export interface ProviderDeps {
  readonly publicUrl: string
  readonly keys: IdentityKeys
  readonly adapter: AdapterFactory
  readonly clock: Clock
  readonly log: Log
  /** Undefined for nobody, and for whom may not act. */
  readonly findPerson: (id: string) => Promise<Person | undefined>
  readonly audit?: AuditWriter | undefined
  readonly tell: Tell
  readonly onSessionSeen: (session: SeenSession) => Promise<void>
}

/** A shift: the browser signs in anew after it. */
const sessionTtlS = 12 * 3_600
const offlineTtlS = 30 * 86_400
/** SMART App Launch 2.2, client-confidential-asymmetric: an assertion expires within five minutes. */
const assertionTtlS = 300
const clockToleranceS = 15

const interactions = ['c', 'r', 'u', 'd', 's']
/** All letters in their order: c, r, cr, u, cu, … cruds. */
const letterSets = Array.from({ length: 31 }, (_, i) =>
  interactions.filter((_letter, bit) => ((i + 1) >> bit) & 1).join(''),
)
/** The library knows scopes by name only, so those of people are listed; `system/` has a grant of its own. */
const scopesOfPeople = ['user', 'patient'].flatMap((level) =>
  ['*', ...recordTypes].flatMap((type) => letterSets.map((letters) => `${level}/${type}.${letters}`)),
)

const isWeb = (ctx: KoaContextWithOIDC) => ctx.oidc.client?.clientId === webClientId

/** What the library is told; every rule that differs from its default stands here with its reason. */
export function configuration(deps: ProviderDeps): Configuration {
  const { keys, publicUrl } = deps
  return {
    adapter: deps.adapter,
    clients: [webClient(publicUrl)],
    jwks: { keys: keys.jwks.keys.map((key) => ({ ...key })) as never },
    cookies: {
      keys: [...keys.cookieKeys],
      names: {
        session: 'vitalwire_session',
        interaction: 'vitalwire_sign_in',
        resume: 'vitalwire_resume',
      },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    routes: {
      authorization: '/auth',
      token: '/token',
      jwks: '/jwks',
      introspection: '/introspect',
      revocation: '/revoke',
      userinfo: '/userinfo',
      end_session: '/end_session',
    },
    scopes: ['openid', 'offline_access', 'launch/patient', ...scopesOfPeople],
    claims: { openid: ['sub'], profile: ['name'], fhirUser: ['fhirUser'] },
    // SMART App Launch: fhirUser is in the ID token, not only at userinfo.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    extraClientMetadata: { properties: ['registered_scopes'] },
    enabledJWA: {
      clientAuthSigningAlgValues: [...clientSigningAlgorithms],
      idTokenSigningAlgValues: [...idTokenAlgorithms],
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => {
      const aheadS = Number(claims['exp']) - deps.clock.now() / microsPerSecond
      if (aheadS > assertionTtlS + clockToleranceS) {
        throw new errors.InvalidClientAuth('the client assertion expires too late')
      }
    },
    clockTolerance: clockToleranceS,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // A resource server of the house may ask about any token it was shown; a public app only about its own.
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          client['clientAuthMethod'] !== 'none' || token.clientId === client.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: () => {} },
    },
    ttl: {
      AccessToken: accessTokenTtlS,
      ClientCredentials: accessTokenTtlS,
      AuthorizationCode: 60,
      IdToken: accessTokenTtlS,
      Interaction: 3_600,
      Session: sessionTtlS,
      Grant: offlineTtlS,
      RefreshToken: (_ctx, token) => (token.expiresWithSession ? sessionTtlS : offlineTtlS),
    },
    rotateRefreshToken: true,
    issueRefreshToken: (ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && (isWeb(ctx) || code.scopes.has('offline_access')),
    loadExistingGrant: grantFor,
    findAccount: async (_ctx, id) => {
      const person = await deps.findPerson(id)
      return (
        person && {
          accountId: person.id,
          claims: () => ({
            sub: person.id,
            name: person.name,
            fhirUser: `${publicUrl}/fhir/R4/${person.fhirUser}`,
          }),
        }
      )
    },
    // Below the path of the page's own requests, so that the browser sends the cookie with them and with nothing else.
    interactions: { url: (_ctx, interaction) => `/api/sign-in/${interaction.uid}?page` },
    clientBasedCORS: (_ctx, origin, client) =>
      client.redirectUriAllowed(`${origin}/signed-in`) ||
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    renderError: (ctx, out) => {
      if (ctx.accepts('json', 'html') === 'html') {
        const page = new URL('/signed-in', publicUrl)
        page.searchParams.set('error', String(out.error))
        if (out.error_description) page.searchParams.set('error_description', out.error_description)
        ctx.status = 303
        ctx.redirect(`${page.pathname}${page.search}`)
      } else ctx.body = out
    },
  }
}
