/** Identity on a real socket and a real database, with a browser that keeps cookies. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import {
  createIdentity,
  type Identity,
  identityMigrations,
  identityPlugin,
  identityRoutes,
  recordAccess,
  requirePermission,
  requireRecentSignIn,
} from '../src/identity/index.ts'
import { type Bus, createBus } from '../src/platform/bus.ts'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import { createHttpServer } from '../src/platform/http/server.ts'
import { staticWebRoutes } from '../src/platform/http/static-web.ts'
import type { Log } from '../src/platform/log.ts'
import { systemRandom } from '../src/platform/random.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { simplePermit } from './permits.ts'

export interface IdentityServer {
  readonly url: string
  readonly identity: Identity
  readonly bus: Bus
  readonly db: TestDatabase
  readonly home: string
  /** Every line that was logged, as JSON. */
  readonly logged: string[]
  readonly browser: () => Browser
  stop(): Promise<void>
}

export interface Browser {
  /** Never follows a redirect by itself. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** By name, and path where it is not `/`. */
  readonly cookies: Map<string, { value: string; path: string; attributes: string }>
}

const collect = (lines: string[]): Log => {
  const add = (level: string) => (fields: object, message: string) => {
    lines.push(JSON.stringify({ level, message, ...fields }))
  }
  const log: Log = {
    debug: add('debug'),
    info: add('info'),
    warn: add('warn'),
    error: add('error'),
    child: () => log,
  }
  return log
}

export async function identityServer({
  clock = systemClock,
  publicUrl,
  webFolder,
}: {
  clock?: Clock
  publicUrl?: string
  /** Where the web app was built to; absent: no pages. */
  webFolder?: string
} = {}): Promise<IdentityServer> {
  const db = await testDatabase([identityMigrations])
  const home = await mkdtemp(join(tmpdir(), 'vitalwire-identity-'))
  const logged: string[] = []
  const log = collect(logged)
  const bus = createBus(() => {})
  const identity = await createIdentity({ db, clock, random: systemRandom, log, bus, home })
  const app = createHttpServer({ log, random: systemRandom, metrics: new Registry(), publicUrl })
  await app.register(identityPlugin({ identity }))
  await app.register(identityRoutes(identity))
  app.get('/fhir/R4/:type', async (request) => {
    const { type } = request.params as { type: string }
    const access = recordAccess(request.actor, request.actor && simplePermit(request.actor))
    return { patients: access.patients, may: access.allows(type, 'search') }
  })
  app.get('/board', async (request) => requirePermission(request, 'monitoring.view').id)
  app.post('/dangerous', async (request) => ({ by: requireRecentSignIn(request, 300).id }))
  app.get('/open', async (request) => ({ actor: request.actor?.id ?? null }))
  app.post('/telemetry', async (request) => ({ authorization: request.headers.authorization ?? null }))
  if (webFolder !== undefined) await app.register(staticWebRoutes({ directory: webFolder }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  identity.setPublicUrl(publicUrl ?? url)
  return {
    url,
    identity,
    bus,
    db,
    home,
    logged,
    browser: () => createBrowser(url),
    async stop() {
      await app.close()
      await identity.close()
      await db.drop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function createBrowser(origin: string): Browser {
  const cookies: Browser['cookies'] = new Map()
  return {
    cookies,
    async fetch(path, init = {}) {
      const url = new URL(path, origin)
      const sent = [...cookies]
        .filter(
          ([, cookie]) =>
            url.pathname === cookie.path || url.pathname.startsWith(cookie.path.replace(/\/?$/, '/')),
        )
        .map(([name, cookie]) => `${name.split(' ')[0]}=${cookie.value}`)
      const headers = new Headers(init.headers)
      if (sent.length > 0) headers.set('cookie', sent.join('; '))
      const response = await fetch(url, { ...init, headers, redirect: 'manual' })
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(/; */)
        const name = pair.slice(0, pair.indexOf('='))
        const value = pair.slice(pair.indexOf('=') + 1)
        const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/'
        const key = path === '/' ? name : `${name} ${path}`
        if (value === '') cookies.delete(key)
        else cookies.set(key, { value, path, attributes: attributes.join('; ') })
      }
      return response
    },
  }
}

export const asJson = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Follows the redirects of an authorization request as a person would, by the sign-in page's JSON requests. */
export async function signIn(
  browser: Browser,
  authorizationUrl: URL,
  person: { email: string; password: string },
): Promise<URL> {
  let response = await browser.fetch(authorizationUrl.href)
  for (let step = 0; step < 10; step += 1) {
    const location = response.headers.get('location')
    if (location === null) throw new Error(`no redirect: ${response.status} ${await response.text()}`)
    const next = new URL(location, authorizationUrl)
    const page = /^\/sign-in\/(.+)$/.exec(next.pathname)
    if (page) {
      const prompt = (await (await browser.fetch(`/api/sign-in/${page[1]}`)).json()) as { prompt: string }
      const answer =
        prompt.prompt === 'consent'
          ? await browser.fetch(`/api/sign-in/${page[1]}/consent`, asJson({ allow: true }))
          : await browser.fetch(`/api/sign-in/${page[1]}`, asJson(person))
      if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
      response = await browser.fetch(((await answer.json()) as { redirectTo: string }).redirectTo)
    } else if (next.searchParams.has('code') || next.searchParams.has('error')) return next
    else response = await browser.fetch(next.href)
  }
  throw new Error('the sign-in goes in circles')
}
