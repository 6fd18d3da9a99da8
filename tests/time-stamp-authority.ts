/** A time-stamp authority of OpenSSL behind HTTP: a peer that was not written by us. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface TimeStampAuthority {
  readonly url: string
  /** PEM of its root. */
  readonly rootFile: string
  stop(): Promise<void>
}

const settings = (folder: string) => `
[tsa]
default_tsa = config
[config]
dir = ${folder}
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
certs = ${folder}/root.pem
signer_key = ${folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[tsa_ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = critical,CA:false
[ca_ext]
basicConstraints = critical,CA:true
[req]
distinguished_name = dn
[dn]
`

export async function timeStampAuthority(): Promise<TimeStampAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'vitalwire-tsa-'))
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  await writeFile(file('tsa.cnf'), settings(folder))
  await writeFile(file('serial'), '01\n')
  const key = ['-newkey', 'rsa:2048', '-nodes', '-config', file('tsa.cnf')]
  await openssl(
    ...['req', '-x509', ...key, '-keyout', file('root.key'), '-out', file('root.pem')],
    ...['-subj', '/CN=Test root', '-days', '30', '-extensions', 'ca_ext'],
  )
  await openssl(
    'req',
    ...key,
    '-keyout',
    file('tsa.key'),
    '-out',
    file('tsa.csr'),
    '-subj',
    '/CN=Test authority',
  )
  await openssl(
    ...['x509', '-req', '-in', file('tsa.csr'), '-CA', file('root.pem'), '-CAkey', file('root.key')],
    ...['-out', file('tsa.pem'), '-days', '30', '-extfile', file('tsa.cnf'), '-extensions', 'tsa_ext'],
  )
  let asked = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const [query, reply] = [file(`${++asked}.tsq`), file(`${asked}.tsr`)]
    await writeFile(query, Buffer.concat(chunks))
    await openssl('ts', '-reply', '-config', file('tsa.cnf'), '-queryfile', query, '-out', reply)
    response.setHeader('content-type', 'application/timestamp-reply')
    response.end(await readFile(reply))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/`,
    rootFile: file('root.pem'),
    async stop() {
      await new Promise((done) => server.close(done))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
