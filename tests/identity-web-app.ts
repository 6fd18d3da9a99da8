/** The web app's side of a sign-in, played by an independent client library. */
import * as client from 'openid-client'
import { type Browser, type IdentityServer, signIn } from './identity-server.ts'

export const nurse = { email: 'nurse@example.org', password: 'a long enough password' }
const scope = 'openid profile fhirUser offline_access user/*.cruds'

export interface WebApp {
  readonly config: client.Configuration
  /** An authorization request; its verifier is needed to change the code for tokens. */
  request(
    extra?: Record<string, string>,
  ): Promise<{ url: URL; verifier: string; state: string; nonce: string }>
  /** Up to the code. */
  authorize(
    browser?: Browser,
    person?: { email: string; password: string },
    extra?: Record<string, string>,
  ): Promise<{ back: URL; browser: Browser; checks: client.AuthorizationCodeGrantChecks }>
  /** Up to the tokens. */
  signedIn(
    browser?: Browser,
    person?: { email: string; password: string },
    extra?: Record<string, string>,
  ): Promise<{ tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers; browser: Browser }>
  /** Where an authorization request leads first. */
  firstStep(browser: Browser): Promise<URL>
  me(token: string): Promise<Response>
}

export async function webApp(server: Pick<IdentityServer, 'url' | 'browser'>): Promise<WebApp> {
  const config = await client.discovery(new URL(server.url), 'vitalwire-web', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
  const app: WebApp = {
    config,
    async request(extra = {}) {
      const verifier = client.randomPKCECodeVerifier()
      const state = client.randomState()
      const nonce = client.randomNonce()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: `${server.url}/signed-in`,
        scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...extra,
      })
      return { url, verifier, state, nonce }
    },
    async authorize(browser = server.browser(), person = nurse, extra = {}) {
      const { url, verifier, state, nonce } = await app.request(extra)
      const back = await signIn(browser, url, person)
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }
      return { back, browser, checks }
    },
    async signedIn(browser, person, extra) {
      const { back, browser: used, checks } = await app.authorize(browser, person, extra)
      const tokens = await client.authorizationCodeGrant(config, back, { ...checks, idTokenExpected: true })
      return { tokens, browser: used }
    },
    async firstStep(browser) {
      const answer = await browser.fetch((await app.request()).url.href)
      return new URL(answer.headers.get('location')!, server.url)
    },
    me: (token) => fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } }),
  }
  return app
}
