/**
 * What a listener for devices needs to end TLS: our certificate, whose clients it believes, and who is at the other end.
 * Our own certificate is issued at the start and again before it ends; one from files is read again each day, since
 * somebody else renews it.
 */
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { createSecureContext, type Server, type TlsOptions } from 'node:tls'
import { addMs } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { tlsOptions } from '../../platform/tls.ts'
import { toWholeSecond } from './authority.ts'
import type { EndedCertificate } from './book.ts'
import type { DeviceCertificates } from './certificates.ts'
import type { Peer } from './peer.ts'
import { certificatesRefusal } from './problems.ts'

export interface DeviceTlsDeps {
  readonly certificates: DeviceCertificates
  readonly clock: Clock
  readonly log: Log
  readonly names: readonly string[]
  readonly files: { readonly cert: string; readonly key: string } | undefined
}

export interface DeviceTls {
  readonly options: TlsOptions
  /** Our certificate changes while it listens. */
  keepRenewed(server: Server): void
  peer(socket: Socket): Peer
  onEnded(listener: (ended: EndedCertificate) => void): () => void
  close(): void
}

const dayMs = 86_400_000
const lifetimeDays = 90
const backdateMs = 300_000

export async function createDeviceTls(deps: DeviceTlsDeps): Promise<DeviceTls> {
  const { certificates, clock, log, names, files } = deps
  const { authority } = certificates
  const servers = new Set<Server>()

  async function ourOwn() {
    const now = clock.now()
    const notAfter = toWholeSecond(Math.min(addMs(now, lifetimeDays * dayMs), authority.notAfter))
    const notBefore = toWholeSecond(addMs(now, -backdateMs))
    const { pem, keyPem } = await authority.signServer(names, { notBefore, notAfter })
    return { cert: `${pem}\n${authority.certificatePem}`, key: keyPem }
  }
  async function fromFiles({ cert, key }: { readonly cert: string; readonly key: string }) {
    try {
      const pair = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
      createSecureContext(pair) // throws where they are no PEM, or not of one another
      return pair
    } catch (error) {
      throw certificatesRefusal('tls-files-unusable', { detail: (error as Error).message })
    }
  }
  const fresh = async () =>
    tlsOptions({
      ...(files ? await fromFiles(files) : await ourOwn()),
      clientAuthority: authority.certificatePem,
    })

  const options = await fresh()
  const renew = () =>
    fresh().then(
      (renewed) => {
        for (const server of servers) server.setSecureContext(renewed)
      },
      (error: Error) => log.error({ error: error.message }, 'the certificate for TLS was not renewed'),
    )
  const stop = clock.every(dayMs, () => void renew())
  return {
    options,
    keepRenewed: (server) => void servers.add(server),
    peer: (socket) => certificates.peer(socket),
    onEnded: (listener) => certificates.onEnded(listener),
    close: stop,
  }
}
