import Provider, {
  type AdapterFactory,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import { microsPerSecond } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { sameDigest, sha256 } from '../digest.ts'
import type { IdentityKeys } from '../keys.ts'
import { accessTokenTtlS, type Person, webClientId } from '../model.ts'
import { recordTypes } from '../record-access.ts'
import { registerClientCredentials } from './client-credentials.ts'
import { isLoopbackVariation, webClient } from './client-metadata.ts'
import { clientSigningAlgorithms, idTokenAlgorithms } from './discovery.ts'
import { endSessionWithoutPage } from './end-session.ts'
import { grantFor } from './grant.ts'

export interface ProviderDeps {
  readonly publicUrl: string
  readonly keys: IdentityKeys
  readonly adapter: AdapterFactory
  readonly clock: Clock
  readonly log: Log
  /** Undefined for nobody, and for whom may not act. */
  readonly findPerson: (id: string) => Promise<Person | undefined>
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

function configuration(deps: ProviderDeps): Configuration {
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
          client['tokenEndpointAuthMethod'] !== 'none' || token.clientId === client.clientId,
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

/** Our rules where the library's own are about equal strings. */
function adjustClients(provider: Provider, publicUrl: string): void {
  const { prototype } = provider.Client
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = prototype
  prototype.redirectUriAllowed = function (uri) {
    if (redirectUriAllowed.call(this, uri)) return true
    return this.clientId === webClientId && isLoopbackVariation(publicUrl, uri, ['/signed-in'])
  }
  prototype.postLogoutRedirectUriAllowed = function (uri) {
    if (postLogoutRedirectUriAllowed.call(this, uri)) return true
    return this.clientId === webClientId && isLoopbackVariation(publicUrl, uri, ['/', '/signed-in'])
  }
  // The registry holds digests: what the client sends is digested too, then compared in constant time.
  prototype.compareClientSecret = function (secret) {
    return this.clientSecret !== undefined && sameDigest(this.clientSecret, sha256(secret))
  }
}

/** The authorisation server for one issuer; mounted below `/oauth` by `oauthRoutes`. */
export function createProvider(deps: ProviderDeps): Provider {
  const provider = new Provider(deps.publicUrl, configuration(deps))
  // Host and scheme are set from the public URL before a request reaches it, see mount.ts.
  provider.proxy = true
  adjustClients(provider, deps.publicUrl)
  registerClientCredentials(provider)
  provider.use(refuseScriptedAnswers)
  provider.use(endSessionWithoutPage)
  provider.use(async (ctx, next) => {
    await next()
    await addLaunchContext(ctx as KoaContextWithOIDC, deps)
  })
  // The library's own prints errors to the console, request and all.
  provider.onerror = (error) => {
    deps.log.warn({ error: error.name }, 'a request to the authorisation server broke off')
  }
  provider.on('server_error', (ctx, error) => {
    deps.log.error({ route: ctx.oidc?.route, error: error.name }, 'authorisation server failed')
  })
  provider.on('grant.error', (ctx, error) => {
    deps.log.warn({ client: ctx.oidc?.client?.clientId, error: error.error }, 'token refused')
  })
  return provider
}

/** `form_post` answers, errors included, are pages with a script in them; no page of this server has one. */
async function refuseScriptedAnswers(ctx: unknown, next: () => Promise<void>): Promise<void> {
  const context = ctx as KoaContextWithOIDC
  const mode = context.path === '/auth' ? context.query['response_mode'] : undefined
  if (mode === undefined || mode === 'query') return next()
  context.status = 303
  context.redirect('/signed-in?error=unsupported_response_mode')
}

/** SMART App Launch 2.2, 2.0.10: the token answer names the patient in context, here the one who signed in. */
async function addLaunchContext(ctx: KoaContextWithOIDC, deps: ProviderDeps): Promise<void> {
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return
  const token = ctx.oidc.entities.AccessToken
  if (!token?.accountId || !token.scopes.has('launch/patient')) return
  const person = await deps.findPerson(token.accountId)
  if (person?.patient) ctx.body = { ...(ctx.body as object), patient: person.patient }
}
