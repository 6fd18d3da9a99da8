import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../tests/database.ts'
import type { ProblemError } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'
import { FakeClock } from '../platform/clock.ts'
import { silentLog } from '../platform/log.ts'
import { systemRandom } from '../platform/random.ts'
import type { DeviceChange } from './contract.ts'
import { createDevices, type Device, type DeviceRegistry, devicesMigrations } from './index.ts'
import type { ReadingsMove } from './model.ts'

const at = (seconds: number) => (Date.UTC(2026, 0, 1) * 1_000 + seconds * 1e6) as Micros
const code = (error: unknown) => (error as ProblemError).problem.code

describe('the device registry', () => {
  let db: TestDatabase
  let clock: FakeClock
  let devices: DeviceRegistry
  let published: [Device, string | undefined][]
  let recordIsDown = false
  let telemetryIsDown = false
  let moves: ReadingsMove[]
  const open = () =>
    createDevices({
      ...{ db, clock, random: systemRandom, log: silentLog },
      publishDevice: async (device, patient) => {
        if (recordIsDown) throw new Error('the record is down')
        published.push([device, patient])
      },
      moveReadings: async (move) => {
        if (telemetryIsDown) throw new Error('telemetry is down')
        moves.push(move)
      },
    })
  const restart = async () => {
    await devices.close()
    devices = await open()
  }
  beforeEach(async () => {
    db = await testDatabase([devicesMigrations])
    clock = new FakeClock()
    published = []
    recordIsDown = false
    telemetryIsDown = false
    moves = []
    devices = await open()
  })
  afterEach(async () => {
    await devices.close()
    await db.drop()
  })
  const register = (id = 'm1') =>
    devices.register({ id, name: 'Monitor', profile: 'vitalwire/bedside', serial: 'S1' })

  it('registers a device, makes it a FHIR Device, and knows it after a restart', async () => {
    const device = await register()
    expect(published).toEqual([[device, undefined]])
    await restart()
    expect(devices.find('m1')).toEqual({ ...device })
    expect(devices.list()).toHaveLength(1)
  })

  it('registers nothing while the record is down, but lets a nurse put a device on a patient', async () => {
    await register('m1')
    recordIsDown = true
    await expect(register('m2')).rejects.toThrow('the record is down')
    expect(devices.find('m2')).toBeUndefined()
    expect(await devices.associate('m1', 'p1', at(0))).toMatchObject({ ok: true })
  })

  it('tells the record whom a device is on', async () => {
    await register()
    await devices.associate('m1', 'p1', at(0))
    await devices.associate('m1', 'p2', at(1))
    await devices.release('m1', at(2))
    expect(published.map(([, patient]) => patient)).toEqual([undefined, 'p1', 'p2', undefined])
  })

  it('makes an id where none is given', async () => {
    const device = await devices.register({ name: 'Cuff', profile: 'vitalwire/bp-cuff', simulated: true })
    expect(device).toMatchObject({ simulated: true, serial: null })
    expect(devices.find(device.id)).toEqual(device)
  })

  it.each([
    ['an id with a slash', { id: 'a/b' }, 'device-id-invalid'],
    ['an id with a wildcard', { id: '+' }, 'device-id-invalid'],
    ['an empty id', { id: '' }, 'device-id-invalid'],
    ['an unknown profile', { id: 'x', profile: 'acme/none' }, 'profile-unknown'],
    ['an id that is taken', { id: 'm1' }, 'device-exists'],
  ])('refuses %s', async (_, change, expected) => {
    await register()
    const refusal = devices.register({ name: 'x', profile: 'vitalwire/senml', ...change })
    await expect(refusal.catch(code)).resolves.toBe(expected)
  })

  it('registers an id once where two ask at the same time', async () => {
    const outcomes = await Promise.allSettled([register(), register()])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(devices.list()).toHaveLength(1)
  })

  describe('credentials', () => {
    it('are answered once, kept only as a hash, and hold after a restart', async () => {
      await register()
      const { username, password } = await devices.issueCredential('m1')
      expect(username).toBe('m1')
      expect(password.length).toBeGreaterThanOrEqual(43)
      const stored = JSON.stringify(await db.query('SELECT * FROM device_secret'))
      expect(stored).not.toContain(password)
      await restart()
      expect(await devices.authenticate(username, password)).toMatchObject({ id: 'm1' })
      expect(await devices.authenticateSecret(password)).toMatchObject({ id: 'm1' })
    })

    it('of others, wrong ones and none are refused', async () => {
      await register('m1')
      await register('m2')
      const one = await devices.issueCredential('m1')
      const { password } = await devices.issueCredential('m2')
      for (const [name, secret] of [
        ['m1', password],
        ['m1', ''],
        ['', one.password],
        ['nobody', one.password],
        ['__proto__', one.password],
      ] as const) {
        expect(await devices.authenticate(name, secret)).toBeUndefined()
      }
      expect(await devices.authenticateSecret('')).toBeUndefined()
    })

    it('never open a device that has none', async () => {
      await register()
      expect(await devices.authenticate('m1', '')).toBeUndefined()
    })

    it('end with a new one, and with revoking', async () => {
      await register()
      const first = await devices.issueCredential('m1')
      const second = await devices.issueCredential('m1')
      expect(await devices.authenticate('m1', first.password)).toBeUndefined()
      expect(await devices.authenticateSecret(first.password)).toBeUndefined()
      await devices.associate('m1', 'p1', at(0))
      clock.advanceMs(1_000)
      await devices.revoke('m1')
      await restart()
      expect(await devices.authenticateSecret(second.password)).toBeUndefined()
      expect(devices.isRevoked('m1')).toBe(true)
      expect(devices.associationOf('m1')).toBeUndefined()
      await expect(devices.issueCredential('m1').catch(code)).resolves.toBe('device-revoked')
    })

    describe('are rotated with an overlap', () => {
      const hourMs = 3_600_000
      const both = async () => {
        await register()
        const old = await devices.issueCredential('m1')
        await devices.authenticate('m1', old.password)
        const fresh = await devices.issueCredential('m1', hourMs)
        const opens = async ({ password }: { password: string }) =>
          (await devices.authenticate('m1', password)) !== undefined
        return { old, fresh, opens }
      }

      it('both hold until the new one is used, and then the old one ends with its connections', async () => {
        const { old, fresh, opens } = await both()
        const ended: string[] = []
        devices.onChange(({ change }) => void ended.push(change))
        expect([await opens(old), ended]).toEqual([true, []])
        expect([await opens(fresh), ended]).toEqual([true, ['credential']])
        expect(await opens(old)).toBe(false)
        await restart()
        expect([await opens(old), await opens(fresh)]).toEqual([false, true])
      })

      it('the old one ends at the deadline where the new one was never used, also after a restart', async () => {
        const { old, fresh, opens } = await both()
        await restart()
        expect(await opens(old)).toBe(true)
        const ended: string[] = []
        devices.onChange(({ change }) => void ended.push(change))
        clock.advanceMs(hourMs)
        expect([await opens(old), ended]).toEqual([false, ['credential']])
        expect(await opens(fresh)).toBe(true)
      })

      it('rotating again leaves the one that the device has, and its deadline', async () => {
        const { old, fresh, opens } = await both()
        clock.advanceMs(hourMs / 2)
        const newest = await devices.issueCredential('m1', hourMs)
        expect([await opens(old), await opens(fresh)]).toEqual([true, false])
        clock.advanceMs(hourMs / 2)
        expect([await opens(old), await opens(newest)]).toEqual([false, true])
      })

      it('says when each was issued and last used', async () => {
        const { opens, fresh } = await both()
        const { current, previous } = devices.credential('m1')!
        expect([current.lastUsedAt, previous?.lastUsedAt]).toEqual([null, clock.now()])
        await opens(fresh)
        expect(devices.credential('m1')).toMatchObject({ current: { lastUsedAt: clock.now() } })
        await devices.revokeCredential('m1')
        expect([devices.credential('m1'), await opens(fresh)]).toEqual([undefined, false])
      })
    })

    it('throttle one who keeps failing, from his address alone, for a minute', async () => {
      await register()
      const { password } = await devices.issueCredential('m1')
      for (let i = 0; i < 10; i++) await devices.authenticate('m1', 'wrong', '10.0.0.9')
      expect(await devices.authenticate('m1', password, '10.0.0.9')).toBeUndefined()
      expect(await devices.authenticate('m1', password, '10.0.0.1')).toBeDefined()
      clock.advanceMs(60_001)
      expect(await devices.authenticate('m1', password, '10.0.0.9')).toBeDefined()
    })
  })

  describe('association over time', () => {
    it('says whose reading it is by when it was measured, before and after a restart', async () => {
      await register()
      await devices.associate('m1', 'p1', at(100))
      await devices.associate('m1', 'p2', at(200))
      await devices.release('m1', at(300))
      await devices.associate('m1', 'p1', at(400))
      for (let round = 0; round < 2; round++) {
        const patients = [99, 100, 199, 200, 299, 300, 399, 400, 9_999].map((s) =>
          devices.patientAt('m1', at(s)),
        )
        expect(patients).toEqual([undefined, 'p1', 'p1', 'p2', 'p2', undefined, undefined, 'p1', 'p1'])
        expect(devices.onPatient('p1').map((device) => device.id)).toEqual(['m1'])
        expect(devices.onPatient('p2')).toEqual([])
        await restart()
      }
    })

    it('is left as it is where the patient is the same', async () => {
      await register()
      await devices.associate('m1', 'p1', at(100))
      const again = await devices.associate('m1', 'p1', at(200))
      expect(again).toMatchObject({ ok: true, value: { from: at(100) } })
      expect(devices.history('m1')).toHaveLength(1)
    })

    it('is replaced where it began at the same instant', async () => {
      await register()
      await devices.associate('m1', 'p1', at(100))
      await devices.associate('m1', 'p2', at(100))
      await restart()
      expect(devices.history('m1')).toMatchObject([{ patient: 'p2', from: at(100) }])
    })

    it.each([
      ['before the one that is open', at(50)],
      ['inside one that ended', at(150)],
    ])('is refused %s', async (_, from) => {
      await register()
      await devices.associate('m1', 'p1', at(100))
      if (from === at(150)) await devices.release('m1', at(200))
      const outcome = await devices.associate('m1', 'p2', from)
      expect(outcome).toMatchObject({ ok: false, problem: { code: 'association-in-past' } })
    })

    it('from a time that has passed moves what was measured since, and from now moves nothing', async () => {
      await register()
      const now = clock.now()
      const ago = (s: number) => (now - s * 1e6) as Micros
      await devices.associate('m1', 'p1', now)
      expect(moves).toEqual([])
      await devices.release('m1', now)
      const by = { actor: 'Practitioner/n', reason: 'Put on before it was entered' }
      await devices.associate('m1', 'p1', ago(60), by)
      await devices.release('m1', ago(20), by)
      const later = (now + 300e6) as Micros
      expect(moves).toMatchObject([
        { device: 'm1', fromPatient: null, toPatient: 'p1', from: ago(60), to: later, ...by },
        { device: 'm1', fromPatient: 'p1', toPatient: null, from: ago(20), to: later, ...by },
      ])
      expect(new Set(moves.map(({ key }) => key)).size).toBe(2)
    })

    it('is corrected over the past, with a trail, and tells only where the present changes', async () => {
      await register()
      const now = clock.now()
      const ago = (s: number) => (now - s * 1e6) as Micros
      await devices.associate('m1', 'p1', ago(100))
      moves = []
      const told: string[] = []
      devices.onChange(({ change }) => told.push(change))
      const by = { actor: 'Practitioner/b', reason: 'Beds swapped' }
      await devices.correct('m1', { patient: 'p2', from: ago(50), to: ago(20) }, by)
      expect(devices.history('m1').map(({ patient, from, to }) => [patient, from, to])).toEqual([
        ['p1', ago(100), ago(50)],
        ['p2', ago(50), ago(20)],
        ['p1', ago(20), null],
      ])
      expect(told).toEqual([])
      await devices.correct('m1', { patient: 'p2', from: ago(10), to: null }, by)
      await devices.correct('m1', { patient: null, from: ago(5), to: null }, by)
      expect(told).toEqual(['associated', 'released'])
      expect(published.at(-1)?.[1]).toBeUndefined()
      expect(devices.onPatient('p2')).toEqual([])
      const history = devices.history('m1')
      await restart()
      expect(devices.history('m1')).toEqual(history)
      expect((await devices.corrections('m1')).slice(1)).toMatchObject([
        { patientBefore: 'p1', patientAfter: 'p2', from: ago(50), to: ago(20), moved: true, ...by },
        { patientBefore: 'p1', patientAfter: 'p2', from: ago(10), moved: true },
        { patientBefore: 'p2', patientAfter: null, from: ago(5), moved: true },
      ])
      expect(moves).toHaveLength(3)
      const empty = devices.correct('m1', { patient: 'p1', from: ago(5), to: ago(5) }, by)
      await expect(empty).rejects.toThrow(/before it ends/)
      const ahead = devices.correct('m1', { patient: 'p1', from: (now + 1) as Micros, to: null }, by)
      await expect(ahead).rejects.toThrow(/in the past/)
    })

    it('hands over the move of readings until it is taken, also after a restart', async () => {
      await register()
      telemetryIsDown = true
      await devices.associate('m1', 'p1', (clock.now() - 1e6) as Micros)
      expect(devices.associationOf('m1')?.patient).toBe('p1')
      await restart()
      await devices.resumeMoves()
      expect(moves).toEqual([])
      telemetryIsDown = false
      await devices.resumeMoves()
      await devices.resumeMoves()
      expect(moves).toMatchObject([{ key: 'association-1', toPatient: 'p1' }])
    })

    it('of an unknown device is refused as a value', async () => {
      const outcome = await devices.associate('none', 'p1', at(0))
      expect(outcome).toMatchObject({ ok: false, problem: { code: 'device-unknown' } })
    })

    it('holds in the database itself: two patients at one time cannot be', async () => {
      await register()
      await devices.associate('m1', 'p1', at(100))
      const overlap = db.query(
        "INSERT INTO device_association (device, patient, from_at) VALUES ('m1', 'p2', $1)",
        [at(150)],
      )
      await expect(overlap).rejects.toThrow('one_at_a_time')
    })

    it('runs changes asked at once one after another', async () => {
      await register()
      await Promise.all(['p1', 'p2', 'p3'].map((patient, i) => devices.associate('m1', patient, at(100 + i))))
      expect(devices.history('m1').map(({ patient, to }) => [patient, to])).toEqual([
        ['p1', at(101)],
        ['p2', at(102)],
        ['p3', null],
      ])
      const memory = devices.history('m1')
      await restart()
      expect(devices.history('m1')).toEqual(memory)
    })
  })

  describe('presence', () => {
    it('is never, online while any connection stands, then offline', async () => {
      await register()
      expect(devices.presence('m1').connection).toBe('never')
      devices.connected('m1', 'mqtt')
      devices.connected('m1', 'mqtt') // a take-over: the new one comes before the old one goes
      devices.disconnected('m1', 'mqtt')
      expect(devices.presence('m1').connection).toBe('online')
      devices.disconnected('m1', 'mqtt')
      expect(devices.presence('m1')).toEqual({ connection: 'offline', lastSeenAt: clock.now() })
    })

    it('lasts two minutes for a device that speaks without a connection', async () => {
      await register()
      devices.heard('m1', clock.now(), true)
      expect(devices.presence('m1').connection).toBe('online')
      clock.advanceMs(120_001)
      expect(devices.presence('m1').connection).toBe('offline')
    })

    it('remembers when it was last heard over a restart', async () => {
      await register()
      devices.heard('m1', at(5))
      await restart()
      expect(devices.presence('m1')).toEqual({ connection: 'offline', lastSeenAt: at(5) })
    })
  })

  it('tells of every change once, and survives a listener that throws', async () => {
    const changes: DeviceChange['change'][] = []
    devices.onChange(() => {
      throw new Error('a bad listener')
    })
    const stop = devices.onChange(({ change }) => changes.push(change))
    await register()
    await devices.issueCredential('m1')
    await devices.issueCredential('m1')
    await devices.associate('m1', 'p1', at(0))
    devices.connected('m1', 'mqtt')
    devices.connected('m1', 'mqtt')
    devices.disconnected('m1', 'mqtt')
    devices.disconnected('m1', 'mqtt')
    await devices.release('m1', at(1))
    await devices.release('m1', at(2))
    await devices.revoke('m1')
    stop()
    devices.connected('m1', 'mqtt')
    expect(changes).toEqual([
      ...['registered', 'credential', 'associated', 'online', 'offline', 'released', 'revoked'],
    ])
  })
})
