import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { configuration } from '../../audit/index.ts'
import { requirePermission } from '../../identity/index.ts'
import { parsed } from '../parse-request.ts'
import type { Wards } from './wards.ts'

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/, 'must be an id')
const ofPerson = z.object({ id })
const staffWards = z.strictObject({ wards: z.union([z.literal('all'), z.array(id).max(200)]) })

export function wardRoutes({ wards }: { readonly wards: Wards }): FastifyPluginAsync {
  return async (app) => {
    app.get('/api/wards', configuration(), async (request) => {
      requirePermission(request, 'users.manage')
      return wards.all()
    })
    app.get('/api/people/:id/wards', configuration(), async (request) => {
      requirePermission(request, 'users.manage')
      return wards.of(parsed(ofPerson, request.params).id)
    })
    app.put('/api/people/:id/wards', configuration(), async (request) => {
      requirePermission(request, 'users.manage')
      return wards.set(parsed(ofPerson, request.params).id, parsed(staffWards, request.body).wards)
    })
  }
}
