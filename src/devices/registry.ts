import { ok, refused } from '../kernel/problem.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import { createDeviceClocks } from './clock/clocks.ts'
import type { DeviceChange } from './contract.ts'
import { bySystem, type ChangedBy, Corrections } from './corrections.ts'
import type { Association, Device, DeviceRegistry, ReadingsMove } from './model.ts'
import { PresenceBook } from './presence.ts'
import { devicesProblem, devicesRefusal } from './problems.ts'
import { profileOf } from './profiles/index.ts'
import { DeviceSecrets } from './secrets/secrets.ts'
import { createDevicesStore } from './store.ts'
import {
  associationAt,
  correctedTimeline,
  endedAt,
  mayBeginAt,
  openAssociation,
  type Timeline,
} from './timeline.ts'

export interface DevicesDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Makes or renews the FHIR `Device` of the record, under the same id, with the patient it is on now. */
  readonly publishDevice: (device: Device, patient?: string) => Promise<void>
  /** Gives what a device measured to another, where an association changed for a time that had passed. */
  readonly moveReadings: (move: ReadingsMove) => Promise<void>
}

interface Entry {
  readonly device: Device
  timeline: Timeline
  revoked: boolean
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/
/** A device that is seldom on must find its new secret before the old one ends; and JavaScript's timers end at 24 days. */
const maxOverlapMs = 14 * 86_400_000

/** The registry: every device in memory, written through to PostgreSQL. Changes are rare, questions are not. */
export async function createDevices(deps: DevicesDeps): Promise<DeviceRegistry> {
  const { clock, random, log } = deps
  const store = createDevicesStore(deps.db)
  const entries = new Map<string, Entry>()
  const onPatient = new Map<string, Set<string>>()
  const listeners = new Set<(change: DeviceChange) => void>()
  const corrections = new Corrections({ store, clock, log, move: deps.moveReadings })
  const presence = new PresenceBook({ clock, log, save: (seen) => store.touch(seen) })
  const secrets = new DeviceSecrets({
    ...{ db: deps.db, clock, random, log },
    ended: (device) => tell(device, 'credential'),
  })
  // Changes of one device run one after another, so that memory and table cannot part.
  const queues = new Map<string, Promise<unknown>>()

  function tell(device: string, change: DeviceChange['change']): void {
    for (const listener of listeners) {
      try {
        listener({ device, change, at: clock.now() })
      } catch (error) {
        log.error({ device, change, error: (error as Error).message }, 'a device listener failed')
      }
    }
  }

  function setTimeline(entry: Entry, timeline: Timeline): void {
    const before = openAssociation(entry.timeline)?.patient
    if (before) onPatient.get(before)?.delete(entry.device.id)
    entry.timeline = timeline
    const now = openAssociation(timeline)?.patient
    if (!now) return
    const set = onPatient.get(now) ?? new Set()
    onPatient.set(now, set.add(entry.device.id))
  }

  /** The association stands whatever becomes of its copy in the record; the next change writes the copy anew. */
  async function republish({ device, timeline }: Entry): Promise<void> {
    try {
      await deps.publishDevice(device, openAssociation(timeline)?.patient ?? undefined)
    } catch (error) {
      log.error({ device: device.id, error: (error as Error).message }, 'the FHIR Device was not renewed')
    }
  }

  /** Durable first, then in memory, then the readings: those that came meanwhile are moved with the rest. */
  async function changeTimeline(
    entry: Entry,
    timeline: Timeline,
    change: DeviceChange['change'] | undefined,
    by: ChangedBy,
  ): Promise<void> {
    const { id } = entry.device
    const corrected = corrections.of(id, entry.timeline, timeline, by)
    await store.setTimeline(id, timeline, corrected)
    setTimeline(entry, timeline)
    if (change !== undefined) {
      await republish(entry)
      tell(id, change)
    }
    if (corrected.length > 0) await corrections.handOver(id)
  }

  function entryOf(device: string): Entry {
    const entry = entries.get(device)
    if (!entry) throw devicesRefusal('device-unknown', device)
    return entry
  }

  function living(device: string | undefined): Device | undefined {
    const entry = entries.get(device ?? '')
    return entry?.revoked ? undefined : entry?.device
  }

  function inOrder<T>(device: string, work: () => Promise<T>): Promise<T> {
    const run = (queues.get(device) ?? Promise.resolve()).catch(() => {}).then(work)
    queues.set(device, run)
    return run.finally(() => {
      if (queues.get(device) === run) queues.delete(device)
    })
  }

  const associations = Map.groupBy(await store.associations(), (association) => association.device)
  const lastHeard = new Map<string, number>()
  for (const { revokedAt, lastSeenAt, ...device } of await store.all()) {
    if (lastSeenAt !== null) lastHeard.set(device.id, lastSeenAt)
    const entry: Entry = {
      device,
      timeline: [],
      revoked: revokedAt !== null,
    }
    entries.set(device.id, entry)
    setTimeline(entry, associations.get(device.id) ?? [])
    presence.restore(device.id, lastSeenAt)
  }
  await secrets.restore()
  const clocks = await createDeviceClocks({ db: deps.db, clock, log, lastHeard })

  return {
    clocks,
    find: (device) => entries.get(device)?.device,
    list: () => [...entries.values()].map((entry) => entry.device),
    patientAt(device, measuredAt) {
      const entry = entries.get(device)
      return entry ? (associationAt(entry.timeline, measuredAt)?.patient ?? undefined) : undefined
    },
    onPatient: (patient) => [...(onPatient.get(patient) ?? [])].map((id) => entryOf(id).device),
    associationOf: (device) => openAssociation(entries.get(device)?.timeline ?? []),
    history: (device) => entries.get(device)?.timeline ?? [],
    isRevoked: (device) => entries.get(device)?.revoked ?? false,
    presence: (device) => presence.state(device),
    heard: (device, at, alone) => presence.heard(device, at, alone),

    async register({ id = random.uuid(), name, profile, serial, simulated = false }) {
      if (!idPattern.test(id)) throw devicesRefusal('device-id-invalid', 'id')
      if (!profileOf(profile)) throw devicesRefusal('profile-unknown', 'profile')
      if (entries.has(id)) throw devicesRefusal('device-exists', 'id')
      const device: Device = { id, name, profile, serial: serial ?? null, simulated }
      return inOrder(id, async () => {
        // The record first: an Observation must never name a Device that is not there.
        await deps.publishDevice(device)
        if (!(await store.insert(device, clock.now()))) throw devicesRefusal('device-exists', 'id')
        entries.set(id, { device, timeline: [], revoked: false })
        tell(id, 'registered')
        return device
      })
    },

    issueCredential: (device, overlapMs = 0) =>
      inOrder(device, async () => {
        if (entryOf(device).revoked) throw devicesRefusal('device-revoked', device)
        if (overlapMs > maxOverlapMs) throw devicesRefusal('overlap-too-long', 'overlapHours')
        return { username: device, password: await secrets.issue(device, overlapMs) }
      }),

    revokeCredential: (device) =>
      inOrder(device, async () => {
        entryOf(device)
        if (await secrets.drop(device)) tell(device, 'credential')
      }),

    credential: (device) => secrets.of(device),

    async authenticate(username, password, address = '') {
      return secrets.opens(username, password, address) ? living(username) : undefined
    },

    async authenticateSecret(secret, address = '') {
      return living(secrets.ownerOf(secret, address))
    },

    associate: (device, patient, from, by = bySystem) =>
      inOrder(device, async () => {
        const entry = entries.get(device)
        if (!entry) return refused(devicesProblem('device-unknown', device))
        if (entry.revoked) return refused(devicesProblem('device-revoked', device))
        const open = openAssociation(entry.timeline)
        if (open?.patient === patient && open.from <= from) return ok(open)
        if (!mayBeginAt(entry.timeline, from)) return refused(devicesProblem('association-in-past', 'from'))
        const association: Association = { device, patient, place: null, from, to: null }
        await changeTimeline(entry, [...endedAt(entry.timeline, from), association], 'associated', by)
        return ok(association)
      }),

    correct: (device, { patient, from, to }, by) =>
      inOrder(device, async () => {
        const entry = entryOf(device)
        if (from >= Math.min(to ?? from + 1, clock.now())) throw devicesRefusal('correction-empty', 'from')
        // A device that is gone for good can still be said to have been on another; it is on no one now.
        if (entry.revoked && to === null) throw devicesRefusal('device-revoked', device)
        const timeline = correctedTimeline(entry.timeline, { device, patient, from, to })
        const before = openAssociation(entry.timeline)?.patient
        const now = openAssociation(timeline)?.patient
        const change = now === before ? undefined : now === undefined ? 'released' : 'associated'
        await changeTimeline(entry, timeline, change, by)
      }),

    corrections: (device) => store.corrections(device),
    resumeMoves: () => corrections.handOver(),

    release: (device, at, by = bySystem) =>
      inOrder(device, async () => {
        const entry = entryOf(device)
        if (!openAssociation(entry.timeline)) return
        await changeTimeline(entry, endedAt(entry.timeline, at), 'released', by)
      }),

    revoke: (device) =>
      inOrder(device, async () => {
        const entry = entryOf(device)
        if (entry.revoked) return
        const at = clock.now()
        await store.revoke(device, at)
        entry.revoked = true
        await secrets.drop(device)
        if (openAssociation(entry.timeline)) {
          const ended = endedAt(entry.timeline, at)
          await store.setTimeline(device, ended, [])
          setTimeline(entry, ended)
          await republish(entry)
        }
        tell(device, 'revoked')
      }),

    connected(device, via) {
      clocks.connected(device)
      if (presence.connected(device, via)) tell(device, 'online')
    },
    disconnected(device, via) {
      if (presence.disconnected(device, via)) tell(device, 'offline')
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      await secrets.close()
      await presence.close()
    },
  }
}
