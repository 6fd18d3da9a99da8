import { execFile, execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  deviceRequest,
  type TestCertificates,
  testCertificates,
} from '../../../../tests/device-certificates.ts'
import { type TestGateway, testGateway } from '../../../../tests/gateway.ts'
import { createDeviceTls, type DeviceTls, enrolmentRoutes } from '../../../devices/index.ts'
import { createHttpServer } from '../../../platform/http/server.ts'
import { silentLog } from '../../../platform/log.ts'
import { systemRandom } from '../../../platform/random.ts'
import { type DeviceHttps, startDeviceHttps } from './device-https.ts'
import { telemetryHttpRoutes } from './telemetry-routes.ts'

const run = promisify(execFile)
const has = (command: string) => {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`]).length > 0
  } catch {
    return false
  }
}
const reading = '[{"n":"heart-rate","v":72}]'
const by = 'Practitioner/biomed'
const dayMs = 86_400_000

describe('HTTPS for devices', () => {
  let gateway: TestGateway
  let test: TestCertificates
  let tls: DeviceTls
  let https: DeviceHttps
  let ca: string
  let serial = 0
  /** Added to what the registry takes for now: renewals are not waited for. */
  let aheadMs = 0
  const agents: Agent[] = []
  beforeAll(async () => {
    gateway = await testGateway()
    const { db, devices, ingest, clock } = gateway
    const later = { ...clock, now: () => (clock.now() + aheadMs * 1_000) as ReturnType<typeof clock.now> }
    test = await testCertificates(db, devices, later)
    const { certificates } = test
    ca = certificates.authority.certificatePem
    tls = await createDeviceTls({
      ...{ certificates, clock, log: silentLog, names: ['localhost', '127.0.0.1'], files: undefined },
    })
    const app = createHttpServer({ log: silentLog, metrics: new Registry(), random: systemRandom })
    await app.register(enrolmentRoutes(certificates))
    await app.register(telemetryHttpRoutes({ devices, ingest, clock, peer: certificates.peer }))
    app.get('/api/anything', async () => 'for people')
    await app.ready()
    https = await startDeviceHttps({ host: '127.0.0.1', port: 0, tls, routing: app.routing, log: silentLog })
  })
  afterEach(() => {
    aheadMs = 0
    for (const agent of agents.splice(0)) agent.destroy()
  })
  afterAll(async () => {
    await https.close()
    tls.close()
    await test.close()
    await gateway.close()
  })

  async function device() {
    const id = `w${++serial}`
    const { username, password } = await gateway.device(id, 'vitalwire/senml', 'p1')
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    return { id, basic, ...(await test.enrol(id)) }
  }
  function agent(identity: { readonly cert?: string; readonly key?: string } = {}): Agent {
    const { cert, key } = identity
    const made = new Agent({ keepAlive: true, maxSockets: 1, ca, ...(cert && key ? { cert, key } : {}) })
    agents.push(made)
    return made
  }
  function send(
    through: Agent,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const method = body === undefined ? 'GET' : 'POST'
    return new Promise((resolve, reject) => {
      const url = `https://127.0.0.1:${https.port}${path}`
      request(url, { method, agent: through, headers }, async (answer) => {
        const text = (await answer.toArray()).join('')
        resolve({ status: answer.statusCode ?? 0, text })
      })
        .once('error', reject)
        .end(body)
    })
  }
  const post = (through: Agent, headers: Record<string, string> = {}) =>
    send(through, '/telemetry', reading, headers).then(({ status }) => status)
  const pkcs10 = { 'content-type': 'application/pkcs10' }
  const json = { 'content-type': 'application/json' }

  it('takes readings by certificate, by secret, and not by neither', async () => {
    const { id, basic, ...identity } = await device()
    expect(await post(agent(identity))).toBe(200)
    expect(await post(agent(), { authorization: basic })).toBe(200)
    expect(await post(agent())).toBe(401)
    expect(gateway.telemetry.readings.filter((one) => one.device === id)).toHaveLength(2)
  })

  it('refuses a certificate beside the secret of another device', async () => {
    const [mine, other] = [await device(), await device()]
    expect(await post(agent(mine), { authorization: other.basic })).toBe(401)
    expect(await post(agent(mine), { authorization: mine.basic })).toBe(200)
  })

  it('ends a kept-alive connection within a second of revoking its certificate', async () => {
    const mine = await device()
    const through = agent(mine)
    expect(await post(through)).toBe(200)
    const [socket] = Object.values(through.freeSockets).flat()
    const closed = new Promise((resolve) => socket!.once('close', resolve))
    const began = performance.now()
    await Promise.all([test.certificates.revoke(mine.serial, { reason: 'superseded', by }), closed])
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(await post(agent(mine))).toBe(401)
  })

  it('refuses the next request on a kept-alive connection whose secret was replaced', async () => {
    const { id, basic } = await device()
    const through = agent()
    expect(await post(through, { authorization: basic })).toBe(200)
    await gateway.devices.issueCredential(id)
    expect(await post(through, { authorization: basic })).toBe(401)
  })

  it('serves devices only', async () => {
    expect((await send(agent(), '/api/anything')).status).toBe(404)
  })

  it('enrols by code as JSON, and the certificate is good at once', async () => {
    const { id } = await device()
    const { code } = await test.certificates.enrolment.makeCode(id, by)
    const { pem, keyPem } = await deviceRequest()
    const answer = await send(
      agent(),
      '/devices/enrol',
      JSON.stringify({ device: id, code, request: pem }),
      json,
    )
    expect(answer.status).toBe(201)
    const { certificate, authority } = JSON.parse(answer.text)
    expect(authority).toBe(ca)
    expect(await post(agent({ cert: certificate, key: keyPem }))).toBe(200)
  })

  it('renews on the present certificate only, in the last third of its life', async () => {
    const mine = await device()
    const { pem } = await deviceRequest()
    const renew = (through: Agent) => send(through, '/.well-known/est/simplereenroll', pem, pkcs10)
    expect((await renew(agent())).status).toBe(401)
    expect((await renew(agent(mine))).status).toBe(409)
    aheadMs = 61 * dayMs
    expect((await renew(agent(mine))).status).toBe(200)
    expect(test.certificates.of(mine.id)).toHaveLength(2)
    await test.certificates.revoke(mine.serial, { reason: 'superseded', by })
    expect((await renew(agent(mine))).status).toBe(401)
  })

  it.skipIf(!has('curl') || !has('openssl'))('is an EST server to curl and openssl', async () => {
    const { id } = await device()
    const { code } = await test.certificates.enrolment.makeCode(id, by)
    const folder = await mkdtemp(join(tmpdir(), 'vitalwire-est-'))
    const sh = async (script: string) => {
      const env = {
        ...process.env,
        EST: `https://localhost:${https.port}/.well-known/est`,
        ID: id,
        CODE: code,
      }
      return (await run('sh', ['-euc', script], { cwd: folder, env })).stdout
    }
    await writeFile(join(folder, 'ca.pem'), ca)
    await sh(`curl -sf --cacert ca.pem "$EST/cacerts" | openssl base64 -d > ca.p7
      openssl pkcs7 -inform DER -in ca.p7 -print_certs -out est-ca.pem`)
    expect(await readFile(join(folder, 'est-ca.pem'), 'utf8')).toContain(ca.trim())
    await sh(`openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout device.key \\
        -subj "/CN=ignored" -outform DER -out device.der 2>/dev/null
      openssl base64 -in device.der | curl -sf --cacert est-ca.pem -u "$ID:$CODE" --data-binary @- \\
        -H 'Content-Type: application/pkcs10' "$EST/simpleenroll" | openssl base64 -d > device.p7
      openssl pkcs7 -inform DER -in device.p7 -print_certs -out device.pem
      curl -sf --cacert est-ca.pem "$EST/../vitalwire/devices.crl" > devices.crl`)
    expect(new X509Certificate(await readFile(join(folder, 'device.pem'))).subject).toBe(`CN=${id}`)
    const verify =
      'openssl verify -purpose sslclient -CAfile ca.pem -crl_check -CRLfile devices.crl device.pem'
    expect(await sh(verify)).toContain('device.pem: OK')
    const status = await sh(`curl -s -o /dev/null -w '%{http_code}' --cacert ca.pem --cert device.pem \\
      --key device.key -d '${reading}' https://localhost:${https.port}/telemetry`)
    expect(status).toBe('200')
    await rm(folder, { recursive: true })
  })
})
