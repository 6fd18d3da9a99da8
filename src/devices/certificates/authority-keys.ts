import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { curve, dateOf, newSerial, privateKeyPem, signing, toWholeSecond } from './authority.ts'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from './x509.ts'

export interface AuthorityKeys {
  readonly privateKey: CryptoKey
  readonly certificatePem: string
}

const lifetimeDays = 3_650
const msPerDay = 86_400_000
const blocks = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----\n?/g

async function generate(clock: Clock, random: Random): Promise<string> {
  const keys = await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])
  const now = toWholeSecond(clock.now())
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Part of the name is random: two hospitals' authorities are never taken for one another.
    name: `O=Vitalwire, CN=Vitalwire devices ${Buffer.from(random.secret(4), 'base64url').toString('hex')}`,
    serialNumber: newSerial(random),
    // Devices check it by their own clocks, and those are not all right on the first day.
    notBefore: new Date(dateOf(now).getTime() - msPerDay),
    notAfter: new Date(dateOf(now).getTime() + lifetimeDays * msPerDay),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return `${await privateKeyPem(keys.privateKey)}${certificate.toString('pem')}\n`
}

async function read(text: string, file: string): Promise<AuthorityKeys> {
  const found = new Map([...text.matchAll(blocks)].map(([block, label]) => [label, block]))
  const [key, certificatePem] = [found.get('PRIVATE KEY'), found.get('CERTIFICATE')]
  if (!key || !certificatePem) {
    throw new Error(`${file} must hold a PRIVATE KEY and a CERTIFICATE; restore it from a backup`)
  }
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  // Not extractable from here on: what signs cannot be read out of the process by its own means.
  return { privateKey: await crypto.subtle.importKey('pkcs8', der, curve, false, ['sign']), certificatePem }
}

/** The key and certificate under `<home>/keys/device-authority.pem` (mode 0600), made at the first start. */
export async function loadAuthorityKeys(home: string, clock: Clock, random: Random): Promise<AuthorityKeys> {
  const folder = join(home, 'keys')
  const file = join(folder, 'device-authority.pem')
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (kept !== undefined) return read(kept, file)
  const text = await generate(clock, random)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Whole or not at all: key and certificate in one file, which appears at once.
  const draft = `${file}.${random.secret(6)}`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, file)
  return read(text, file)
}
