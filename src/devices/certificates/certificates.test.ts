import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deviceRequest, testAuthority } from '../../../tests/device-certificates.ts'
import { ProblemError } from '../../kernel/problem.ts'
import { FakeClock } from '../../platform/clock.ts'
import { certificatesOnly } from './authority.ts'
import { enrolmentLimits } from './enrolment.ts'
import { X509Certificates, X509Crl } from './x509.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const biomed = 'Practitioner/biomed'

let clock: FakeClock
let test: Awaited<ReturnType<typeof testAuthority>>
beforeEach(async () => {
  clock = new FakeClock()
  test = await testAuthority(clock)
})
afterEach(() => test.close())

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : error),
  )
const enrol = async (code: string, device = 'monitor-1', address = '10.0.0.1') =>
  test.certificates.enrolment.enrol(device, code, (await deviceRequest()).pem, address)
const newCode = async () => (await test.certificates.enrolment.makeCode('monitor-1', biomed)).code

describe('an enrolment', () => {
  it('gives a certificate under our name for the device, for a client, for 90 days', async () => {
    const { pem } = await enrol(await newCode())
    const certificate = new X509Certificate(pem)
    const authority = new X509Certificate(test.certificates.authority.certificatePem)
    expect(certificate.subject).toBe('CN=monitor-1')
    expect(certificate.subjectAltName).toBe('URI:urn:vitalwire:device:monitor-1')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect([certificate.ca, authority.ca]).toEqual([false, true])
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true)
    const days = (certificate.validToDate.getTime() - clock.now() / 1_000) / dayMs
    expect(Math.round(days)).toBe(enrolmentLimits.certificateLifetimeDays)
    expect(certificate.serialNumber).toMatch(/^01[0-9A-F]{32}$/)
  })

  it('takes the code as a person copies it: lower case, spaces, O for 0', async () => {
    const code = await newCode()
    const copied = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
    expect(await codeOf(enrol(copied))).toBe('done')
  })

  it('spends a code once, even where two ask at the same moment', async () => {
    const code = await newCode()
    const both = await Promise.all([codeOf(enrol(code)), codeOf(enrol(code))])
    expect(both.sort()).toEqual(['done', 'enrolment-refused'])
    expect(test.certificates.of('monitor-1')).toHaveLength(1)
  })

  it('leaves the code unspent where only the request was wrong', async () => {
    const code = await newCode()
    const wrong = test.certificates.enrolment.enrol('monitor-1', code, 'AAAA', '')
    expect(await codeOf(wrong)).toBe('request-refused')
    expect(await codeOf(enrol(code))).toBe('done')
  })

  const refusedCodes = {
    'for another device': async () => [await newCode(), 'monitor-2'],
    'that a newer one replaced': async () => {
      const code = await newCode()
      await newCode()
      return [code]
    },
    'whose hour is over': async () => {
      const code = await newCode()
      clock.advanceMs(enrolmentLimits.codeLifetimeS * 1_000)
      return [code]
    },
    'of a device that was revoked': async () => {
      const code = await newCode()
      await test.devices.revoke('monitor-1')
      return [code]
    },
  } satisfies Record<string, () => Promise<readonly string[]>>
  it.each(Object.entries(refusedCodes))('is refused by a code %s', async (_, made) => {
    const [code = '', device] = await made()
    expect(await codeOf(enrol(code, device))).toBe('enrolment-refused')
    expect(test.events.at(-1)).toMatchObject({ what: 'refused', reason: 'enrolment-refused' })
  })

  it('never names what cannot be a device', async () => {
    const before = test.events.length
    expect(await codeOf(enrol('0000-0000-0000-0000', 'x'.repeat(5_000)))).toBe('enrolment-refused')
    expect(test.events).toHaveLength(before)
  })

  it('is throttled after ten wrong codes, for that address only', async () => {
    const code = await newCode()
    for (let n = 0; n < 10; n++) await codeOf(enrol('0000-0000-0000-0000'))
    expect(await codeOf(enrol(code))).toBe('enrolment-throttled')
    expect(await codeOf(enrol(code, 'monitor-1', '10.0.0.2'))).toBe('done')
  })

  it('keeps no code in the clear', async () => {
    const code = await newCode()
    const rows = await test.db.query('SELECT * FROM device_enrolment_code')
    expect(JSON.stringify(rows)).not.toContain(code.slice(0, 4))
  })
})

describe('a renewal', () => {
  const renew = async () => {
    const [present] = test.certificates.of('monitor-1')
    return test.certificates.enrolment.renew(present!, (await deviceRequest()).pem)
  }
  it('is granted from two thirds of the life on, and not before', async () => {
    await enrol(await newCode())
    clock.advanceMs(59 * dayMs)
    expect(await codeOf(renew())).toBe('renewal-too-early')
    clock.advanceMs(1.1 * dayMs)
    expect(await codeOf(renew())).toBe('done')
    expect(test.certificates.of('monitor-1').map(({ obtainedBy }) => obtainedBy)).toEqual(['code', 'renewal'])
  })

  it('that does not come is told once when it should have, and once when it is too late', async () => {
    await enrol(await newCode())
    const told = async () => {
      const before = test.events.length
      await test.certificates.watch()
      return test.events.slice(before).map(({ what }) => what)
    }
    clock.advanceMs(74 * dayMs)
    expect([await told(), test.certificates.check().state]).toEqual([[], 'ok'])
    clock.advanceMs(2 * dayMs)
    expect([await told(), await told(), test.certificates.check().state]).toEqual([
      ['ends-soon'],
      [],
      'degraded',
    ])
    clock.advanceMs(15 * dayMs)
    expect([await told(), await told()]).toEqual([['ended'], []])
    await enrol(await newCode())
    expect(test.certificates.check().state).toBe('ok')
  })

  it('cannot be piled up: no more than five valid certificates of one device', async () => {
    await enrol(await newCode())
    clock.advanceMs(70 * dayMs)
    for (let n = 1; n < enrolmentLimits.validCertificates; n++) await renew()
    expect(await codeOf(renew())).toBe('certificates-too-many')
  })
})

describe('a revocation', () => {
  it('is told to who listens, stands in the list of the revoked, and is final', async () => {
    const { certificate } = await enrol(await newCode())
    const ended: string[] = []
    test.certificates.onEnded(({ serial }) => void ended.push(serial))
    const said = { reason: 'key-compromise', note: 'lost in transport', by: biomed } as const
    await test.certificates.revoke(certificate.serial, said)
    expect(ended).toEqual([certificate.serial])
    const list = new X509Crl(new Uint8Array(await test.certificates.revocationList()))
    expect(list.entries.map(({ serialNumber, reason }) => [serialNumber, reason])).toEqual([
      [certificate.serial, 1],
    ])
    expect(await codeOf(test.certificates.revoke(certificate.serial, said))).toBe('certificate-revoked')
  })

  it('of one that has ended says that nobody waits for its renewal', async () => {
    const { certificate } = await enrol(await newCode())
    clock.advanceMs(100 * dayMs)
    expect(test.certificates.check().state).toBe('degraded')
    await test.certificates.revoke(certificate.serial, { reason: 'cessation-of-operation', by: biomed })
    expect(test.certificates.check().state).toBe('ok')
  })

  it('of the device is one of all its certificates', async () => {
    await enrol(await newCode())
    const ended = new Promise((resolve) => test.certificates.onEnded(resolve))
    await test.devices.revoke('monitor-1')
    expect(await ended).toMatchObject({ device: 'monitor-1' })
  })
})

it('certificates for EST are PKCS #7 that a reader takes apart again', async () => {
  const { der } = await enrol(await newCode())
  const read = new X509Certificates(new Uint8Array(certificatesOnly([der])))
  expect(read.map(({ subject }) => subject)).toEqual(['CN=monitor-1'])
})
