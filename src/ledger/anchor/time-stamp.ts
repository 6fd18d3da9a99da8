/** Time-stamps of RFC 3161: what is asked, and what an answer must be so that it is believed. */
import { createHash, verify as verifySignature, X509Certificate } from 'node:crypto'
import { ContentInfo, id_signedData, SignedData, type SignerInfo } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  id_ct_tstInfo,
  MessageImprint,
  PKIStatus,
  TimeStampReq,
  TimeStampReqVersion,
  TimeStampResp,
  TSTInfo,
} from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import type { Micros } from '../../kernel/time.ts'

const sha256Oid = '2.16.840.1.101.3.4.2.1'
const messageDigestOid = '1.2.840.113549.1.9.4'
const contentTypeOid = '1.2.840.113549.1.9.3'
const timeStampingPurpose = '1.3.6.1.5.5.7.3.8'
const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

export interface TimeStamp {
  /** When, by the authority's clock. */
  readonly at: Micros
  readonly serial: string
}

/** DER of a request for the SHA-256 of these bytes; the answer must carry the nonce and the authority's certificate. */
export function timeStampRequest(message: Uint8Array, nonce: Uint8Array): Buffer {
  const request = new TimeStampReq({
    version: TimeStampReqVersion.v1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: sha256Oid, parameters: null }),
      hashedMessage: new OctetString(imprintOf(message)),
    }),
    nonce: positive(nonce),
    certReq: true,
  })
  return Buffer.from(AsnConvert.serialize(request))
}

/** The token of an answer. @throws Error with the authority's own words where it refused */
export function tokenOf(response: Uint8Array): Buffer {
  const { status, timeStampToken } = AsnConvert.parse(response, TimeStampResp)
  if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods)
    throw new Error(`The time-stamp authority refuses: status ${status.status}.`)
  if (!timeStampToken) throw new Error('The time-stamp authority answered without a token.')
  return Buffer.from(AsnConvert.serialize(timeStampToken))
}

/**
 * @param trusted PEM certificates, one of which must have issued the authority's, or be it
 * @throws Error saying what does not hold
 */
export function verifyTimeStamp(
  token: Uint8Array,
  message: Uint8Array,
  trusted: readonly X509Certificate[],
  nonce?: Uint8Array,
): TimeStamp {
  const { contentType, content } = AsnConvert.parse(token, ContentInfo)
  if (contentType !== id_signedData) throw new Error('The token is no signed data.')
  const signed = AsnConvert.parse(content, SignedData)
  const { eContentType, eContent } = signed.encapContentInfo
  if (eContentType !== id_ct_tstInfo || !eContent) throw new Error('The token holds no time-stamp.')
  const bytes = Buffer.from(eContent.single?.buffer ?? new ArrayBuffer(0))
  const info = AsnConvert.parse(bytes, TSTInfo)
  const imprint = Buffer.from(info.messageImprint.hashedMessage.buffer)
  if (info.messageImprint.hashAlgorithm.algorithm !== sha256Oid || !imprint.equals(imprintOf(message)))
    throw new Error('The time-stamp is of something else.')
  if (
    nonce &&
    Buffer.compare(Buffer.from(info.nonce ?? new ArrayBuffer(0)), Buffer.from(positive(nonce))) !== 0
  )
    throw new Error('The time-stamp answers another request.')
  const certificates = (signed.certificates ?? []).flatMap(({ certificate }) =>
    certificate ? [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))] : [],
  )
  const [signer] = signed.signerInfos
  if (!signer) throw new Error('The time-stamp is not signed.')
  const authority = certificates.find((one) => signedBy(one, signer, bytes))
  if (!authority) throw new Error('The signature of the time-stamp does not hold.')
  requireTrust(authority, certificates, trusted, info.genTime)
  return {
    at: (info.genTime.getTime() * 1_000) as Micros,
    serial: Buffer.from(info.serialNumber).toString('hex'),
  }
}

const imprintOf = (message: Uint8Array): Buffer => createHash('sha256').update(message).digest()

/** An INTEGER whose first bit is set would be negative. */
const positive = (nonce: Uint8Array): ArrayBuffer => Uint8Array.from([0x01, ...nonce]).buffer

function signedBy(certificate: X509Certificate, signer: SignerInfo, content: Buffer): boolean {
  const digest = digests[signer.digestAlgorithm.algorithm]
  const attributes = signer.signedAttrs ?? []
  const value = (type: string) => attributes.find(({ attrType }) => attrType === type)?.attrValues[0]
  const claimed = value(messageDigestOid)
  if (!digest || !claimed || !value(contentTypeOid)) return false
  const claimedDigest = Buffer.from(AsnConvert.parse(claimed, OctetString).buffer)
  if (!claimedDigest.equals(createHash(digest).update(content).digest())) return false
  const attributesSet = attributesToSign(signer)
  try {
    return verifySignature(digest, attributesSet, certificate.publicKey, Buffer.from(signer.signature.buffer))
  } catch {
    return false
  }
}

/** RFC 5652 5.4: signed as a DER SET OF, though they travel under a tag of their own. */
function attributesToSign({ signedAttrs = [] }: SignerInfo): Buffer {
  const attributes = signedAttrs.map((one) => Buffer.from(AsnConvert.serialize(one)))
  const content = Buffer.concat(attributes.sort(Buffer.compare))
  return Buffer.concat([setHeader(content.length), content])
}

function setHeader(length: number): Buffer {
  if (length < 0x80) return Buffer.from([0x31, length])
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([0x31, 0x80 + bytes.length]), bytes])
}

function requireTrust(
  authority: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  at: Date,
): void {
  if (!authority.keyUsage?.includes(timeStampingPurpose))
    throw new Error('The certificate of the authority is not for time-stamps.')
  let [current, depth] = [authority, 0]
  for (;;) {
    if (at < current.validFromDate || at > current.validToDate)
      throw new Error('A certificate of the authority was not valid at that time.')
    const known = trusted.some((one) => one.fingerprint256 === current.fingerprint256)
    if (known || trusted.some((one) => issued(one, current))) return
    const next = others.find((one) => one !== current && one.ca && issued(one, current))
    if (!next || ++depth > 5) throw new Error('The authority is none that is trusted here.')
    current = next
  }
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
