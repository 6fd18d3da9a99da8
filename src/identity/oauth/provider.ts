import Provider, { type KoaContextWithOIDC } from 'oidc-provider'
import { msFromMicros } from '../../kernel/time.ts'
import { sameDigest, sha256 } from '../digest.ts'
import { webClientId } from '../model.ts'
import { registerClientCredentials } from './client-credentials.ts'
import { isLoopbackVariation } from './client-metadata.ts'
import { configuration, type ProviderDeps } from './configuration.ts'
import { endSessionWithoutPage } from './end-session.ts'
import { recordGrant } from './record-grant.ts'

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
    await recordGrant(ctx as KoaContextWithOIDC, deps)
    await tellOfToken(ctx as KoaContextWithOIDC, deps)
    await rememberWhere(ctx as KoaContextWithOIDC, deps)
  })
  // The library's own prints errors to the console, request and all.
  provider.onerror = (error) => {
    deps.log.warn({ error: error.name }, 'a request to the authorisation server broke off')
  }
  provider.on('server_error', (ctx, error) => {
    deps.log.error({ route: ctx.oidc?.route, error: error.name }, 'authorisation server failed')
  })
  provider.on('grant.error', (ctx, error) => {
    const { RefreshToken: reused } = ctx.oidc?.entities ?? {}
    if (reused?.consumed) {
      void deps.tell({
        what: 'token-reused',
        person: reused.accountId,
        client: reused.clientId,
        address: ctx.ip,
      })
    }
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

/** Renewals prolong what was given; our own web app's tokens are its sign-ins. */
async function tellOfToken(ctx: KoaContextWithOIDC, { tell }: ProviderDeps): Promise<void> {
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return
  const { AccessToken, ClientCredentials, RotatedRefreshToken } = ctx.oidc.entities
  const token = AccessToken ?? ClientCredentials
  if (!token?.clientId || RotatedRefreshToken || token.clientId === webClientId) return
  await tell({
    what: 'token-issued',
    person: AccessToken?.accountId,
    client: token.clientId,
    scopes: token.scope?.split(' ') ?? [],
    address: ctx.ip,
  })
}

const longestUserAgent = 400

/** Before the browser has its code: no token is ever older than the row that says where its session is. */
async function rememberWhere(ctx: KoaContextWithOIDC, deps: ProviderDeps): Promise<void> {
  const { route, session } = ctx.oidc ?? {}
  if (route !== 'authorization' && route !== 'resume') return
  if (!session?.accountId || session.loginTs === undefined) return
  const signedInNow = ctx.oidc.result?.login !== undefined
  await deps.onSessionSeen({
    uid: session.uid,
    personId: session.accountId,
    address: ctx.ip,
    userAgent: ctx.get('user-agent').slice(0, longestUserAgent),
    provenAt: new Date(signedInNow ? msFromMicros(deps.clock.now()) : session.loginTs * 1_000),
  })
}
