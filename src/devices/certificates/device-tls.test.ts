import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testAuthority } from '../../../tests/device-certificates.ts'
import { addMs } from '../../kernel/time.ts'
import { FakeClock } from '../../platform/clock.ts'
import { silentLog } from '../../platform/log.ts'
import { createDeviceTls } from './device-tls.ts'

const dayMs = 86_400_000

describe('the certificate of our own listeners', () => {
  let clock: FakeClock
  let test: Awaited<ReturnType<typeof testAuthority>>
  let folder: string
  const ending: (() => unknown)[] = []
  beforeEach(async () => {
    clock = new FakeClock(Date.now() * 1_000) // TLS goes by the time of the machine
    test = await testAuthority(clock)
    folder = await mkdtemp(join(tmpdir(), 'vitalwire-tls-'))
  })
  afterEach(async () => {
    for (const end of ending.splice(0)) await end()
    await rm(folder, { recursive: true })
    await test.close()
  })

  async function listener(files?: { readonly cert: string; readonly key: string }) {
    const { certificates } = test
    const names = ['localhost', '127.0.0.1']
    const tls = await createDeviceTls({ certificates, clock, log: silentLog, names, files })
    const server = createServer(tls.options)
    tls.keepRenewed(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(
      () => tls.close(),
      () => server.close(),
    )
    const { port } = server.address() as AddressInfo
    /** What it shows, and whether that holds by our authority for the name. */
    return async (servername = 'localhost') => {
      const ca = certificates.authority.certificatePem
      const socket = connect({ port, host: '127.0.0.1', servername, ca, rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const shown = socket.getPeerX509Certificate()!
      const holds = socket.authorized
      socket.destroy()
      return { fingerprint: shown.fingerprint256, holds }
    }
  }

  it('is issued for the names they are reached by, and for no others', async () => {
    const show = await listener()
    expect([(await show()).holds, (await show('ward.example')).holds]).toEqual([true, false])
  })

  it('is renewed while they listen', async () => {
    const show = await listener()
    const { fingerprint } = await show()
    clock.advanceMs(dayMs)
    await expect.poll(async () => (await show()).fingerprint).not.toBe(fingerprint)
  })

  it('comes from files where there are some, and from the newer ones a day later', async () => {
    const pair = async () => {
      const span = { notBefore: addMs(clock.now(), -dayMs), notAfter: addMs(clock.now(), dayMs) }
      const { pem, keyPem } = await test.certificates.authority.signServer(['localhost'], span)
      await Promise.all([writeFile(join(folder, 'cert'), pem), writeFile(join(folder, 'key'), keyPem)])
      return new X509Certificate(pem).fingerprint256
    }
    const first = await pair()
    const show = await listener({ cert: join(folder, 'cert'), key: join(folder, 'key') })
    expect(await show()).toEqual({ fingerprint: first, holds: true })
    const second = await pair()
    clock.advanceMs(dayMs)
    await expect.poll(async () => (await show()).fingerprint).toBe(second)
  })

  it('is refused in words where the files are none', async () => {
    await writeFile(join(folder, 'cert'), 'hello')
    const files = { cert: join(folder, 'cert'), key: join(folder, 'none') }
    await expect(listener(files)).rejects.toThrow('TLS_CERT_FILE and TLS_KEY_FILE must be')
  })
})
