import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createDeviceCertificates,
  createDevices,
  type DeviceCertificates,
  type DeviceIdentityEvent,
  type DeviceRegistry,
  devicesMigrations,
} from '../src/devices/index.ts'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import { silentLog } from '../src/platform/log.ts'
import type { Database } from '../src/platform/postgres/database.ts'
import { systemRandom } from '../src/platform/random.ts'
import 'reflect-metadata'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { testDatabase } from './database.ts'

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A key and a request for it, as a device makes them. */
export async function deviceRequest(
  algorithm: EcKeyGenParams | RsaHashedKeyGenParams | Algorithm = ecdsa,
  name = 'CN=anything, O=Mallory',
): Promise<{ readonly pem: string; readonly keyPem: string }> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const signingAlgorithm = { hash: 'SHA-256', ...algorithm }
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm })
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    pem: request.toString('pem'),
    keyPem: `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END PRIVATE KEY-----\n`,
  }
}

export interface TestCertificates {
  readonly certificates: DeviceCertificates
  readonly events: readonly DeviceIdentityEvent[]
  /** Enrols a registered device by code, and answers what it would keep. */
  enrol(device: string): Promise<{ readonly cert: string; readonly key: string; readonly serial: string }>
  close(): Promise<void>
}

/** The authority of a home of its own, over a registry that is there already. */
export async function testCertificates(
  db: Database,
  devices: DeviceRegistry,
  clock: Clock = systemClock,
): Promise<TestCertificates> {
  const home = await mkdtemp(join(tmpdir(), 'vitalwire-authority-'))
  const events: DeviceIdentityEvent[] = []
  const certificates = await createDeviceCertificates({
    ...{ db, devices, clock, home, random: systemRandom, log: silentLog },
    publicUrl: () => 'http://127.0.0.1',
    onDeviceIdentity: (event) => void events.push(event),
  })
  return {
    certificates,
    events,
    async enrol(device) {
      const { code } = await certificates.enrolment.makeCode(device, 'Practitioner/biomed')
      const { pem, keyPem } = await deviceRequest()
      const enrolled = await certificates.enrolment.enrol(device, code, pem, '')
      return { cert: enrolled.pem, key: keyPem, serial: enrolled.certificate.serial }
    },
    close: () => rm(home, { recursive: true }),
  }
}

/** A registry with one device, `monitor-1`, and the authority over it. */
export async function testAuthority(clock: Clock = systemClock) {
  const db = await testDatabase([devicesMigrations])
  const nothing = async () => {}
  const devices = await createDevices({
    ...{ db, clock, random: systemRandom, log: silentLog, publishDevice: nothing, moveReadings: nothing },
  })
  await devices.register({ id: 'monitor-1', name: 'Monitor 1', profile: 'vitalwire/bedside' })
  const test = await testCertificates(db, devices, clock)
  return {
    ...test,
    db,
    devices,
    async close() {
      await test.close()
      await devices.close()
      await db.drop()
    },
  }
}
