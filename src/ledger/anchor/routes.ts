import type { FastifyPluginAsync } from 'fastify'
import type { AnchorsView } from '../contract.ts'
import type { Anchors } from './anchors.ts'

/** Where checkpoints lie is for everyone to see: that is what they lie there for. */
export function anchorRoutes(anchors: Anchors): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/ledger/anchors',
      { config: { audit: { gives: 'nothing', because: 'the log holds nothing of anyone' } } },
      async (_request, reply): Promise<AnchorsView> => {
        reply.header('cache-control', 'public, max-age=2')
        return anchors.view()
      },
    )
  }
}
