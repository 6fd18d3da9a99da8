import type { FastifyPluginAsync } from 'fastify'
import { account, actedAs } from '../audit/index.ts'
import { permissionsOf, requireActor } from './access.ts'
import { confirmRoutes } from './account/confirm-routes.ts'
import { passkeyRoutes } from './account/passkey-routes.ts'
import { peopleRoutes } from './account/people-routes.ts'
import { secondFactorRoutes } from './account/second-factor-routes.ts'
import { sessionRoutes } from './account/session-routes.ts'
import type { Me } from './contract.ts'
import type { Identity } from './identity.ts'
import { interactionRoutes } from './interaction.ts'
import type { NewPerson } from './model.ts'
import { oauthRoutes } from './oauth/mount.ts'
import { passwordRoutes } from './passwords/routes.ts'
import { bearerToken } from './plugin.ts'
import { proxyRoutes } from './proxies/routes.ts'

/** Everything identity answers over HTTP: `/oauth`, discovery, the sign-in page's requests, `/api/me`. */
export function identityRoutes(identity: Identity): FastifyPluginAsync {
  return async (app) => {
    await app.register(oauthRoutes(identity))
    await app.register(interactionRoutes(identity))
    await app.register(sessionRoutes(identity))
    await app.register(confirmRoutes(identity))
    await app.register(secondFactorRoutes(identity))
    await app.register(passkeyRoutes(identity))
    await app.register(peopleRoutes(identity))
    await app.register(passwordRoutes(identity))
    await app.register(proxyRoutes(identity))

    app.get('/api/me', account(), async (request, reply): Promise<Me> => {
      const actor = requireActor(request)
      reply.header('cache-control', 'no-store')
      const person = actor.kind === 'person' ? actor : undefined
      return {
        id: actor.id,
        name: person?.name ?? actor.id,
        roles: person?.roles ?? [],
        permissions: [...permissionsOf(actor)],
        ...(person?.patient === undefined ? {} : { patient: person.patient }),
        ...(person?.proxyFor === undefined ? {} : { proxyFor: person.proxyFor }),
      }
    })

    app.post('/api/sign-out', account('sign-out', 'E'), async (request, reply) => {
      const token = bearerToken(request.headers.authorization)
      if (token !== undefined) await identity.endSessionOf(token)
      const provider = identity.provider()
      const session = await provider.Session.get(provider.createContext(request.raw, reply.raw))
      const person = session.accountId ? await identity.findPerson(session.accountId) : undefined
      if (person) actedAs(request, person.fhirUser)
      if (session.accountId) {
        await identity.endSession(session.uid, session.accountId)
        await identity.tell({ what: 'sign-out', person: session.accountId, session: session.uid })
      }
      const cookie = provider.cookieName('session')
      const gone = 'Path=/; Max-Age=0; HttpOnly; SameSite=Lax'
      reply.header('set-cookie', [`${cookie}=; ${gone}`, `${cookie}.sig=; ${gone}`])
      return reply.code(204).send()
    })

    app.post<{ Params: { token: string } }>('/api/welcome/:token', account(), async (request, reply) => {
      const { email, name, password } = (request.body ?? {}) as Omit<NewPerson, 'roles'>
      const person = await identity.acceptFirstAdminLink(request.params.token, { email, name, password })
      return reply.code(201).send({ id: person.id, name: person.name })
    })
  }
}
