import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { systemRandom } from '../random.ts'
import { createHttpServer } from './server.ts'
import { staticWebRoutes } from './static-web.ts'

const server = (directory: string) => {
  const app = createHttpServer({ log: silentLog, metrics: new Registry(), random: systemRandom })
  app.get('/alarms', async () => [])
  app.register(staticWebRoutes({ directory }))
  return app
}
const page = { accept: 'text/html,application/xhtml+xml' }

describe('the web app', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'))
    await mkdir(join(folder, 'dist', 'assets'), { recursive: true })
    await writeFile(join(folder, 'secret.txt'), 'outside')
    await writeFile(join(folder, 'dist', 'index.html'), '<title>ward</title>')
    await writeFile(join(folder, 'dist', 'assets', 'app-1a2b.js'), 'plain')
    await writeFile(join(folder, 'dist', 'assets', 'app-1a2b.js.br'), 'packed')
  })
  afterAll(() => rm(folder, { recursive: true }))
  const get = (url: string, headers: Record<string, string> = {}) =>
    server(join(folder, 'dist')).inject({ url, headers })

  it('answers its own paths with index.html, to be asked for again each time', async () => {
    for (const url of ['/', '/ward/3', '/patients/pat-1/chart']) {
      const answer = await get(url, page)
      expect([url, answer.statusCode, answer.body]).toEqual([url, 200, '<title>ward</title>'])
      expect(answer.headers['cache-control']).toBe('no-cache')
    }
  })

  it('keeps hashed files for good', async () => {
    const answer = await get('/assets/app-1a2b.js')
    expect(answer.body).toBe('plain')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers['content-type']).toMatch(/javascript/)
  })

  it('sends the packed file to who can unpack it', async () => {
    const answer = await get('/assets/app-1a2b.js', { 'accept-encoding': 'br' })
    expect([answer.body, answer.headers['content-encoding']]).toEqual(['packed', 'br'])
  })

  it.each([
    ['/fhir/R4/Nothing', page],
    ['/api/nothing', page],
    ['/assets/gone.js', page],
    ['/ward/3', { accept: 'application/json' }],
    ['/..%2fsecret.txt', {}],
    ['/%2e%2e/secret.txt', {}],
  ])('has no page for %s', async (url, headers) => {
    const answer = await get(url, headers as Record<string, string>)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().resourceType).toBe('OperationOutcome')
  })

  it('serves what was built anew beside a running server', async () => {
    const other = await mkdtemp(join(tmpdir(), 'web-'))
    await mkdir(join(other, 'assets'))
    await writeFile(join(other, 'index.html'), 'one')
    const app = server(other)
    expect((await app.inject({ url: '/', headers: page })).body).toBe('one')
    await writeFile(join(other, 'assets', 'app-3c4d.js'), 'newer')
    await writeFile(join(other, 'index.html'), 'two')
    await utimes(join(other, 'index.html'), 2e9, 2e9)
    expect((await app.inject({ url: '/', headers: page })).body).toBe('two')
    expect((await app.inject({ url: '/assets/app-3c4d.js' })).body).toBe('newer')
    await rm(other, { recursive: true })
  })

  it('leaves the routes of the server alone', async () => {
    expect((await get('/alarms', page)).json()).toEqual([])
  })

  it('says how to build it where it is not built', async () => {
    const answer = await server(join(folder, 'missing')).inject({ url: '/', headers: page })
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('npm start')])
  })
})
