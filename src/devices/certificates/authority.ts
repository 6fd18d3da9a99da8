/**
 * The authority over devices' certificates: one key (ECDSA P-256), one certificate, made at the first start. It signs
 * devices' certificates, those of our own listeners, and the list of what was revoked; nothing below it may sign.
 */
import { isIP } from 'node:net'
import { type Micros, microsPerMs } from '../../kernel/time.ts'
import type { Random } from '../../platform/random.ts'
import type { AuthorityKeys } from './authority-keys.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509Certificates,
  X509CrlGenerator,
} from './x509.ts'

export const signing = { name: 'ECDSA', hash: 'SHA-256' } as const
export const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const

export interface Span {
  readonly notBefore: Micros
  readonly notAfter: Micros
}

export interface Signed extends Span {
  /** Hexadecimal. */
  readonly serial: string
  readonly der: Buffer
  readonly pem: string
}

export interface RevokedEntry {
  readonly serial: string
  readonly revokedAt: Micros
  /** RFC 5280 5.3.1 CRLReason. */
  readonly reasonCode: number
}

export interface DeviceAuthority extends Span {
  readonly certificatePem: string
  readonly certificateDer: Buffer
  signDevice(device: string, publicKey: PublicKey, span: Span, crlUrl: string): Promise<Signed>
  /** A certificate and its key, for a listener of ours that is reached under these names and addresses. */
  signServer(names: readonly string[], span: Span): Promise<{ readonly pem: string; readonly keyPem: string }>
  /** @param number grows from list to list (RFC 5280 5.2.3) */
  signCrl(entries: readonly RevokedEntry[], number: number, span: Span): Promise<Buffer>
}

/** RFC 3061-like name of our own: what a device's certificate says beside the plain id. */
export const deviceUri = (device: string): string => `urn:vitalwire:device:${device}`

/** 128 random bits (CA/B BR 7.1 asks for 64) under a leading 1, so that it is positive and never zero. */
export const newSerial = (random: Random): string =>
  `01${Buffer.from(random.secret(16), 'base64url').toString('hex')}`

export const dateOf = (at: Micros): Date => new Date(at / microsPerMs)
/** Certificates know seconds. */
export const toWholeSecond = (at: number): Micros => (Math.floor(at / 1_000_000) * 1_000_000) as Micros

export function createAuthority(keys: AuthorityKeys, random: Random): DeviceAuthority {
  const own = new X509Certificate(keys.certificatePem)
  const microsOf = (date: Date) => (date.getTime() * microsPerMs) as Micros

  async function sign(
    publicKey: PublicKey | CryptoKey,
    subject: string,
    span: Span,
    more: readonly object[],
  ) {
    const serial = newSerial(random)
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial,
      issuer: own.subject,
      subject,
      notBefore: dateOf(span.notBefore),
      notAfter: dateOf(span.notAfter),
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: signing,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await SubjectKeyIdentifierExtension.create(publicKey),
        await AuthorityKeyIdentifierExtension.create(own),
        ...(more as BasicConstraintsExtension[]),
      ],
    })
    return { serial, ...span, der: Buffer.from(certificate.rawData), pem: certificate.toString('pem') }
  }

  return {
    certificatePem: keys.certificatePem,
    certificateDer: Buffer.from(own.rawData),
    notBefore: microsOf(own.notBefore),
    notAfter: microsOf(own.notAfter),

    signDevice: (device, publicKey, span, crlUrl) =>
      sign(publicKey, `CN=${device}`, span, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([{ type: 'url', value: deviceUri(device) }]),
        new CRLDistributionPointsExtension([crlUrl]),
      ]),

    async signServer(names, span) {
      const pair = await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])
      const alternatives = names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const)
      const { pem } = await sign(pair.publicKey, 'CN=Vitalwire', span, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([...alternatives]),
      ])
      return { pem, keyPem: await privateKeyPem(pair.privateKey) }
    },

    async signCrl(entries, number, { notBefore, notAfter }) {
      const crl = await X509CrlGenerator.create({
        issuer: own.subject,
        thisUpdate: dateOf(notBefore),
        nextUpdate: dateOf(notAfter),
        signingAlgorithm: signing,
        signingKey: keys.privateKey,
        entries: entries.map(({ serial, revokedAt, reasonCode }) => ({
          serialNumber: serial,
          revocationDate: dateOf(revokedAt),
          reason: reasonCode,
        })),
        extensions: [await AuthorityKeyIdentifierExtension.create(own), crlNumber(number)],
      })
      return Buffer.from(crl.rawData)
    },
  }
}

/** A DER INTEGER of eight bytes: the numbers are microseconds, far below the sign. */
function crlNumber(number: number): Extension {
  const value = Buffer.alloc(8)
  value.writeBigInt64BE(BigInt(number))
  const bytes = value.subarray(value.findIndex((byte) => byte !== 0))
  const positive = bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return new Extension('2.5.29.20', false, Buffer.concat([Buffer.of(2, positive.length), positive]))
}

export async function privateKeyPem(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`
}

/** PKCS #7 (RFC 5652) without content or signer: how EST hands certificates over. */
export const certificatesOnly = (ders: readonly Uint8Array[]): Buffer =>
  Buffer.from(new X509Certificates(ders.map((der) => new X509Certificate(der as BufferSource))).export('raw'))
