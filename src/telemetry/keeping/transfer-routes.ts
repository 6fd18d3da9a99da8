import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { patientData } from '../../audit/index.ts'
import { requirePermit } from '../../consent/index.ts'
import { actorReference, requirePermission } from '../../identity/index.ts'
import { seesAllOf } from '../../kernel/permit.ts'
import { problems } from '../problems.ts'
import type { Keeping } from './keeping.ts'
import { linesOf } from './lines.ts'
import { keepingProblems } from './problems.ts'

export interface TransferDeps {
  readonly keeping: Keeping
  readonly patientExists: (id: string) => Promise<boolean>
}

const contentType = 'application/x-ndjson'
const isId = /^[A-Za-z0-9.-]{1,64}$/
/** An import is as long as its patient's stay. */
const largestImportBytes = Number.MAX_SAFE_INTEGER

function idOf(params: unknown): string {
  const { id } = params as { id: string }
  if (!isId.test(id)) throw problems.unknownPatient()
  return id
}

/** A patient's telemetry as a stream of lines: out of this instance, and into another. */
export function transferRoutes({ keeping, patientExists }: TransferDeps): FastifyPluginAsync {
  return async (app) => {
    app.addContentTypeParser(contentType, { bodyLimit: largestImportBytes }, (_request, payload, done) =>
      done(null, payload),
    )

    app.get('/api/patients/:id/telemetry-export', patientData({ kind: 'export' }), async (request, reply) => {
      requirePermission(request, 'storage.manage', 'own-record.view')
      const id = idOf(request.params)
      // Everything goes out, so everything must be permitted: not to who merely looks after the storage.
      if (!seesAllOf(requirePermit(request), id)) throw problems.unknownPatient()
      const lines = keeping.exportLines(id)[Symbol.asyncIterator]()
      // The first line comes before the answer begins, so that a refusal can still be one.
      const first = await lines.next()
      reply.header('content-disposition', `attachment; filename="telemetry-${id}.ndjson"`)
      reply.type(contentType)
      return reply.send(Readable.from(after(first, lines), { objectMode: false }))
    })

    app.post('/api/patients/:id/telemetry-import', patientData(), async (request) => {
      const by = actorReference(requirePermission(request, 'storage.manage'))
      const id = idOf(request.params)
      if (!(await patientExists(id))) throw problems.unknownPatient()
      const body = request.body
      if (!(body instanceof Readable)) throw keepingProblems.notAnExport(contentType)
      body.setEncoding('utf8')
      const tooLong = (line: number) =>
        keepingProblems.badExport(line, 'is longer than any line of an export')
      return keeping.importLines({ patient: id, by }, linesOf(body, tooLong))
    })
  }
}

async function* after(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value
}
