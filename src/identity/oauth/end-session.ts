import type { KoaContextWithOIDC } from 'oidc-provider'

/**
 * OpenID Connect RP-Initiated Logout without the library's confirmation page, which needs a script inside it. A
 * request that names its client (by `id_token_hint` or `client_id`) ends the session at once; one that names none
 * could come from any page on the web and ends nothing.
 */
export async function endSessionWithoutPage(ctx: unknown, next: () => Promise<void>): Promise<void> {
  await next()
  const context = ctx as KoaContextWithOIDC
  const { oidc } = context
  // The library answered with its page: all of its checks passed.
  if (oidc?.route !== 'end_session' || context.status >= 300 || !oidc.session) return

  const { client, session, provider, params } = oidc
  context.body = null
  if (!client) {
    context.status = 303
    context.redirect('/signed-in?error=client_id_required')
    return
  }
  if (session.accountId) {
    for (const { grantId } of Object.values(session.authorizations ?? {})) {
      if (grantId === undefined) continue
      await provider.AccessToken.revokeByGrantId(grantId)
      await provider.RefreshToken.revokeByGrantId(grantId)
    }
    await session.destroy()
  }
  context.cookies.set(provider.cookieName('session'), null, {
    overwrite: true,
    httpOnly: true,
    sameSite: 'lax',
  })

  const target =
    typeof params?.['post_logout_redirect_uri'] === 'string' ? params['post_logout_redirect_uri'] : '/'
  const state =
    typeof params?.['state'] === 'string'
      ? `${target.includes('?') ? '&' : '?'}state=${encodeURIComponent(params['state'])}`
      : ''
  context.status = 303
  context.redirect(`${target}${state}`)
}
