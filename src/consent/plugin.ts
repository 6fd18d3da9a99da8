import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { requireActor } from '../identity/index.ts'
import type { Permit } from '../kernel/permit.ts'
import { ProblemError } from '../kernel/problem.ts'
import type { DecisionPoint } from './decision-point.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the actor may see; undefined where nobody signed in. */
    permit: Permit | undefined
  }
}

/** Sets `request.permit`, after the identity plugin has set the actor. */
export function permitPlugin(decisions: Pick<DecisionPoint, 'permitOf'>): FastifyPluginAsync {
  const plugin = async (app: FastifyInstance) => {
    app.decorateRequest('permit', undefined)
    app.addHook('onRequest', async (request: FastifyRequest) => {
      request.permit = request.actor && decisions.permitOf(request.actor)
    })
  }
  // Its hook is for the whole server.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
}

/** @throws ProblemError 401 where nobody is signed in. */
export function requirePermit(request: FastifyRequest): Permit {
  requireActor(request)
  if (request.permit) return request.permit
  throw new ProblemError({
    code: 'not-permitted',
    status: 403,
    message: 'Nothing was decided about what you may see.',
  })
}
