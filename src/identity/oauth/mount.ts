import type { FastifyPluginAsync } from 'fastify'
import { nothing } from '../../audit/index.ts'
import type { Identity } from '../identity.ts'
import { openidConfiguration, smartConfiguration } from './discovery.ts'

const discovery = nothing('where the authorisation server is')
/** The library answers by itself; tokens are entries of record-grant.ts, sign-ins of the sign-in page. */
const oauth = nothing('recorded where a token is given')

/** The authorisation server below `/oauth`, and what says where it is. */
export function oauthRoutes(identity: Identity): FastifyPluginAsync {
  return async (app) => {
    for (const base of ['', '/fhir', '/fhir/R4']) {
      const open = { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=60' }
      app.get(`${base}/.well-known/openid-configuration`, discovery, async (_request, reply) =>
        reply.headers(open).send(openidConfiguration(identity.publicUrl())),
      )
      app.get(`${base}/.well-known/smart-configuration`, discovery, async (_request, reply) =>
        reply.headers(open).send(smartConfiguration(identity.publicUrl())),
      )
    }
    await app.register(async (scope) => {
      let handle: ReturnType<ReturnType<Identity['provider']>['callback']> | undefined
      // The library reads the body itself.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.all('/oauth/*', oauth, (request, reply) => {
        handle ??= identity.provider().callback()
        const publicUrl = new URL(identity.publicUrl())
        const raw = request.raw as typeof request.raw & { originalUrl?: string }
        raw.originalUrl = raw.url ?? ''
        raw.url = raw.originalUrl.slice('/oauth'.length)
        // The issuer's own name, whatever the request claims: endpoints and cookies must not follow a forged Host.
        raw.headers.host = publicUrl.host
        raw.headers['x-forwarded-host'] = publicUrl.host
        raw.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1)
        // As our own server sees it: only a proxy that is trusted may name another.
        raw.headers['x-forwarded-for'] = request.ip
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value)
        }
        reply.hijack()
        void handle(raw, reply.raw)
      })
    })
  }
}
