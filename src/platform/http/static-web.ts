/** The built web app: hashed files for good, everything else fresh, and its own paths answered by index.html. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'

export interface StaticWebOptions {
  /** `web/dist`; where it holds no index.html a page says how to build it. */
  readonly directory: string
}

/** Whoever asks below these wants data: an unknown path there is a 404, never the app's page. */
const dataPaths =
  /^\/(api|fhir|oauth|alarms|quarantine|ledger|live|telemetry|metrics|healthz|readyz|\.well-known|assets)(\/|$)/

const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Vitalwire</title>
<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem}
code{background:#8882;padding:.1em .4em;border-radius:.3em}</style></head>
<body><h1>Vitalwire is running</h1>
<p>The web app has not been built yet. Stop the server and use <code>npm start</code>, which builds it.</p>
<p>Everything else is served: <a href="/fhir/R4/metadata">FHIR R4</a>, <a href="/readyz">readiness</a>,
<a href="/metrics">metrics</a>.</p></body></html>`

const wantsPage = (request: FastifyRequest): boolean =>
  (request.headers.accept ?? '').includes('text/html') && !dataPaths.test(request.url.split('?', 1)[0] ?? '/')

/** The files as they are now: what is not among them is never looked for on disk, whatever a path says. */
const filesOf = (directory: string): ReadonlySet<string> =>
  new Set(
    existsSync(join(directory, 'index.html'))
      ? readdirSync(directory, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
          .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
          .map((path) => path.split(sep).join('/'))
      : [],
  )

/** Register it last: it answers every GET that no route of the server took. */
export function staticWebRoutes({ directory }: StaticWebOptions): FastifyPluginAsync {
  return async (app) => {
    const built = () => statSync(join(directory, 'index.html'), { throwIfNoEntry: false })?.mtimeMs
    let seen = built()
    let files = filesOf(directory)
    if (files.size > 0) {
      const options = { serve: false, preCompressed: true, cacheControl: false } as const
      await app.register(fastifyStatic, { root: directory, ...options })
    }
    const config = { audit: { gives: 'nothing', because: 'the web app itself, the same for all' } } as const
    app.get<{ Params: { '*': string } }>('/*', { config }, async (request, reply) => {
      const path = request.params['*']
      // The app may be built anew beside a running server: its page then names files that were not there before.
      if (files.size > 0 && path.startsWith('assets/') && !files.has(path) && built() !== seen) {
        seen = built()
        files = filesOf(directory)
      }
      if (path !== '' && files.has(path)) {
        const forGood = path.startsWith('assets/') // the build puts a hash of the content into these names
        reply.header('cache-control', forGood ? 'public, max-age=31536000, immutable' : 'no-cache')
        return reply.sendFile(path)
      }
      if (!wantsPage(request)) return reply.callNotFound()
      reply.header('cache-control', 'no-cache')
      return files.size > 0
        ? reply.sendFile('index.html')
        : reply.type('text/html; charset=utf-8').send(notBuilt)
    })
  }
}
