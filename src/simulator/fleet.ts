import { chanceFrom } from './chance.ts'
import type { SimulatorConfig } from './config.ts'
import { courses } from './courses/index.ts'
import { SimulatedDevice } from './devices/device.ts'
import { simulatedProfiles } from './devices/profile.ts'
import type { Outside } from './outside.ts'
import { Patient } from './physiology/patient.ts'
import { Link } from './wire/link.ts'
import { encodeCbor, encodeJson } from './wire/senml.ts'

/** A chunk of waveform, and the beat of a device's work. */
const stepS = 0.5
/** A process that slept longer than this leaves a gap instead of sending what it missed. */
const longestCatchUpS = 5

interface Station {
  readonly device: SimulatedDevice
  readonly link: Link
  readonly duplicateShare: number
  readonly chance: ReturnType<typeof chanceFrom>
  dueMs: number
  attempted: boolean
}

export interface Fleet {
  /** Resolves when every device has been online, or was turned away, once. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

export interface FleetDeps {
  readonly config: SimulatorConfig
  readonly outside: Outside
  readonly hourOfDay: number
  readonly onTrouble: (fields: Readonly<Record<string, unknown>>) => void
}

/** All devices of a configuration, with their phases spread evenly over the half second. */
export function startFleet(deps: FleetDeps): Fleet {
  const { config, outside } = deps
  let becomeReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve
  })
  const stations: Station[] = []
  const attempted = (station: Station) => {
    station.attempted = true
    if (stations.length === config.patients.length && stations.every((s) => s.attempted)) becomeReady()
  }
  const patients = config.patients.map((entry) => patientFrom(entry, config.seed, deps.hourOfDay))
  const beginMs = outside.elapsedMs()
  const beginS = outside.nowS()
  for (const [index, entry] of config.patients.entries()) {
    const phaseMs = (index * stepS * 1_000) / config.patients.length
    const startS = beginS + phaseMs / 1_000
    const station = makeStation(deps, entry, patients[index] as Patient, startS, attempted)
    station.dueMs = beginMs + phaseMs + stepS * 1_000
    stations.push(station)
  }
  if (stations.length === 0) becomeReady()
  const encode = config.encoding === 'cbor' ? encodeCbor : encodeJson
  const stopWork = runStations(stations, outside, encode)
  for (const station of stations) station.link.start()
  return {
    ready,
    async stop() {
      stopWork()
      await Promise.all(stations.map((station) => station.link.stop()))
    },
  }
}

type Entry = SimulatorConfig['patients'][number]

export function patientFrom(
  entry: Omit<Entry, 'device' | 'faults'>,
  seed: string,
  hourOfDay: number,
): Patient {
  const course = courses.get(entry.course)
  if (!course) throw new RangeError(`no course ${entry.course}`)
  return new Patient({
    id: entry.id,
    seed,
    course,
    startMinute: entry.startOffsetMinutes,
    hourOfDay,
    ageYears: entry.ageYears,
    sex: entry.sex,
    weightKg: entry.weightKg,
  })
}

function makeStation(
  deps: FleetDeps,
  entry: Entry,
  patient: Patient,
  startS: number,
  attempted: (station: Station) => void,
): Station {
  const { config, outside } = deps
  const chance = chanceFrom(`${config.seed}/${entry.device.id}`)
  const profile = simulatedProfiles.get(entry.device.profile)
  if (!profile) throw new RangeError(`no profile ${entry.device.profile}`)
  const station: Station = {
    chance: chance.fork('duplicates'),
    device: new SimulatedDevice({
      id: entry.device.id,
      profile,
      patient,
      faults: entry.faults,
      speed: config.speed,
      startS,
      chance,
    }),
    link: new Link({
      mqttUrl: config.mqttUrl,
      deviceId: entry.device.id,
      username: entry.device.username,
      password: entry.device.password,
      outside,
      chance: chance.fork('backoff'),
      newestFirst: entry.faults.some((f) => f.kind === 'out-of-order'),
      onAttempt: (outcome, code) => {
        attempted(station)
        if (outcome !== 'online')
          deps.onTrouble({ event: `connection-${outcome}`, device: entry.device.id, code })
      },
    }),
    duplicateShare: entry.faults.find((f) => f.kind === 'duplicates')?.share ?? 0,
    dueMs: 0,
    attempted: false,
  }
  return station
}

/** One timer for all: sleeps until the next device is due. */
function runStations(stations: readonly Station[], outside: Outside, encode: typeof encodeCbor): () => void {
  let cancel = () => {}
  const turn = () => {
    const nowMs = outside.elapsedMs()
    let nextMs = nowMs + 1_000
    for (const station of stations) {
      const lateS = (nowMs - station.dueMs) / 1_000
      if (lateS > longestCatchUpS) {
        const skippedS = Math.floor(lateS / stepS) * stepS
        station.device.skip(skippedS)
        station.dueMs += skippedS * 1_000
      }
      while (station.dueMs <= nowMs) {
        work(station, encode)
        station.dueMs += stepS * 1_000
      }
      nextMs = Math.min(nextMs, station.dueMs)
    }
    cancel = outside.after(nextMs - outside.elapsedMs(), turn)
  }
  turn()
  return () => cancel()
}

function work(station: Station, encode: typeof encodeCbor): void {
  const { packs, faults } = station.device.step(stepS)
  station.link.setReachable(!faults.unreachable)
  if (faults.keepsNothing) return
  for (const pack of packs) {
    const sent = { bytes: encode(pack), waveform: pack[0]?.samples !== undefined }
    station.link.send(sent)
    if (station.duplicateShare > 0 && station.chance.next() < station.duplicateShare) station.link.send(sent)
  }
}
