import { describe, expect, it } from 'vitest'
import { deviceRequest } from '../../../tests/device-certificates.ts'
import { readRequest } from './request.ts'

const rsa = (modulusLength: number, hash = 'SHA-256', exponent = [1, 0, 1]) => ({
  name: 'RSASSA-PKCS1-v1_5',
  ...{ modulusLength, hash, publicExponent: new Uint8Array(exponent) },
})
const ec = (namedCurve: string, hash = 'SHA-256') => ({ name: 'ECDSA', namedCurve, hash })

const read = async (algorithm: Parameters<typeof deviceRequest>[0]) =>
  readRequest((await deviceRequest(algorithm)).pem)
const refusal = async (sent: string) => {
  const outcome = await readRequest(sent)
  return outcome.ok ? undefined : outcome.problem
}
const bodyOf = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')

describe('a certificate request', () => {
  it.each([
    ['ECDSA on P-256', ec('P-256')],
    ['ECDSA on P-384', ec('P-384', 'SHA-384')],
    ['RSA with 2048 bits', rsa(2048)],
    ['Ed25519', { name: 'Ed25519' }],
  ])('is taken with %s', async (_, algorithm) => {
    expect((await read(algorithm)).ok).toBe(true)
  })

  it.each([
    ['RSA with 1024 bits', rsa(1024), '2048 to 4096 bits'],
    ['a public exponent of 3', rsa(2048, 'SHA-256', [3]), '65537'],
    ['SHA-1', rsa(2048, 'SHA-1'), 'SHA-256, SHA-384 or SHA-512'],
    ['ECDSA on P-521', ec('P-521', 'SHA-512'), 'P-256 or P-384'],
  ])('is refused with %s', async (_, algorithm, words) => {
    const outcome = await read(algorithm)
    expect(outcome.ok ? '' : outcome.problem.message).toContain(words)
  })

  it('is taken as bare base64 too, as EST sends it', async () => {
    expect((await readRequest(bodyOf((await deviceRequest()).pem))).ok).toBe(true)
  })

  it('is refused where the signature was not made with the private key of the key in it', async () => {
    const [mine, theirs] = [await deviceRequest(), await deviceRequest()]
    const [a, b] = [Buffer.from(bodyOf(mine.pem), 'base64'), Buffer.from(bodyOf(theirs.pem), 'base64')]
    // Of two requests as long as each other, the end of one is put on the other: it parses, and proves nothing.
    const forged = Buffer.concat([a.subarray(0, a.length - 20), b.subarray(b.length - 20)])
    expect((await refusal(forged.toString('base64')))?.message).toContain('does not prove')
  })

  it.each([
    ['nothing', ''],
    ['no base64', '-----BEGIN CERTIFICATE REQUEST-----\n§§§\n-----END CERTIFICATE REQUEST-----'],
    ['other bytes', Buffer.from('hello').toString('base64')],
    ['too much', 'A'.repeat(40_000)],
  ])('is refused in words where it is %s', async (_, sent) => {
    expect(await refusal(sent)).toMatchObject({ code: 'request-refused', status: 400 })
  })

  it('is refused, never thrown at, wherever it is cut', async () => {
    const der = Buffer.from(bodyOf((await deviceRequest()).pem), 'base64')
    for (let length = 0; length < der.length; length += 7) {
      expect(await refusal(der.subarray(0, length).toString('base64'))).toBeDefined()
    }
  })
})
