/**
 * A device's PKCS #10 request (RFC 2986): only its key is taken, and only when the request proves that the sender holds
 * the private half. Names and extensions in it are not ours to sign, and are left where they are.
 */
import { ok, type Result, refused } from '../../kernel/problem.ts'
import { certificatesProblem } from './problems.ts'
import { Pkcs10CertificateRequest, type PublicKey } from './x509.ts'

export const requestLimits = { bytes: 16 * 1024, rsaBits: { least: 2_048, most: 4_096 } } as const

const armour = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----([\s\S]+?)-----END (NEW )?CERTIFICATE REQUEST-----/
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/
const curves: ReadonlySet<string> = new Set(['P-256', 'P-384'])
const hashes: ReadonlySet<string> = new Set(['SHA-256', 'SHA-384', 'SHA-512'])
/** An exponent of 1 or 3 proves little or nothing (SP 800-56B 6.2). */
const leastExponent = 65_537n

const wrong = (detail: string): Result<never> => refused(certificatesProblem('request-refused', { detail }))

/** @param sent PEM, or base64 of DER as in RFC 7030 4.2 */
export async function readRequest(sent: string): Promise<Result<PublicKey>> {
  const body = armour.exec(sent)?.[2] ?? sent
  if (!base64.test(body)) return wrong('it is neither PEM nor base64.')
  const der = new Uint8Array(Buffer.from(body, 'base64'))
  if (der.length > requestLimits.bytes) return wrong(`it is larger than ${requestLimits.bytes} bytes.`)
  const request = parse(der)
  if (!request) return wrong('it is not a PKCS #10 certificate request.')
  const weak = weakness(request)
  if (weak) return wrong(weak)
  if (!(await request.verify().catch(() => false))) {
    return wrong('its signature does not prove that you hold the private key.')
  }
  return ok(request.publicKey)
}

function parse(der: Uint8Array<ArrayBuffer>): Pkcs10CertificateRequest | undefined {
  try {
    const request = new Pkcs10CertificateRequest(der)
    // The library reads these only when asked, and refuses then.
    return request.publicKey.algorithm && request.signatureAlgorithm ? request : undefined
  } catch {
    return undefined
  }
}

interface KeyFacts {
  readonly name: string
  readonly namedCurve?: string
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array
}

/** Undefined: strong enough. */
function weakness(request: Pkcs10CertificateRequest): string | undefined {
  const key = request.publicKey.algorithm as KeyFacts
  const signature = request.signatureAlgorithm as { name: string; hash?: { name: string } }
  if (key.name === 'Ed25519') return undefined
  if (!hashes.has(signature.hash?.name ?? '')) return 'its signature must use SHA-256, SHA-384 or SHA-512.'
  if (key.name.startsWith('EC')) {
    return curves.has(key.namedCurve ?? '') ? undefined : 'an elliptic key must be on P-256 or P-384.'
  }
  if (!key.name.startsWith('RSA')) return 'its key must be ECDSA (P-256, P-384), Ed25519 or RSA.'
  const { least, most } = requestLimits.rsaBits
  const bits = key.modulusLength ?? 0
  if (bits < least || bits > most) return `an RSA key must have ${least} to ${most} bits.`
  const exponent = BigInt(`0x${Buffer.from(key.publicExponent ?? [0]).toString('hex')}`)
  return exponent < leastExponent ? 'an RSA key must have the public exponent 65537 or above.' : undefined
}
