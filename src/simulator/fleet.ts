import { chanceFrom } from './chance.ts'
import type { SimulatorConfig } from './config.ts'
import { courses } from './courses/index.ts'
import { SimulatedDevice } from './devices/device.ts'
import { clockErrorS } from './devices/fault.ts'
import { remember } from './devices/memory.ts'
import { type SimulatedProfile, simulatedProfiles } from './devices/profile.ts'
import type { Outside } from './outside.ts'
import { longestStepS, Patient } from './physiology/patient.ts'
import { type Rememberer, readOutMemories } from './read-out.ts'
import { Link } from './wire/link.ts'
import { encodeCbor, encodeJson } from './wire/senml.ts'

/** A chunk of waveform, and the beat of a device's work. */
const stepS = 0.5
/** A process that slept longer than this leaves a gap instead of sending what it missed. */
const longestCatchUpS = 5

/** A body goes on for so long while nothing is connected. */
const longestGoneS = 86_400
/** What is measured now has been heard of for so long before the past follows. */
const liveFirstS = 5

interface Station extends Rememberer {
  readonly device: SimulatedDevice
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
  /** Hour of the local day at a time in seconds since 1970. */
  readonly localHour: (atS: number) => number
  readonly onTrouble: (fields: Readonly<Record<string, unknown>>) => void
  /** Called when the last reading of the devices' memories was acknowledged. */
  readonly onHistorySent?: () => void
}

/**
 * All devices of a configuration, with their phases spread evenly over the half second. One begins after the other: the
 * first speaks while the past of the next is still worked out.
 */
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
  const encode = config.encoding === 'cbor' ? encodeCbor : encodeJson
  const begin = { elapsedMs: outside.elapsedMs(), s: outside.nowS() }
  const stopWork = runStations(stations, outside, encode)
  let stopReadOut = () => {}
  let cancelNext = () => {}
  const beginNext = () => {
    const entry = config.patients[stations.length]
    if (!entry) {
      if (stations.length === 0) becomeReady()
      const done = () => deps.onHistorySent?.()
      stopReadOut = readOutMemories({ rememberers: stations, encode, outside, done })
      return
    }
    const station = makeStation(deps, entry, begin, stations.length, attempted)
    stations.push(station)
    station.link.start()
    cancelNext = outside.after(0, beginNext)
  }
  beginNext()
  return {
    ready,
    async stop() {
      cancelNext()
      stopReadOut()
      stopWork()
      await Promise.all(stations.map((station) => station.link.stop()))
    },
  }
}

type Entry = SimulatorConfig['patients'][number]

/** The patient at `startOffsetMinutes` of the course, or `hoursBefore` that. `hourOfDay`: at `startOffsetMinutes`. */
export function patientFrom(
  entry: Omit<Entry, 'device' | 'faults'>,
  seed: string,
  hourOfDay: number,
  hoursBefore = 0,
): Patient {
  const course = courses.get(entry.course)
  if (!course) throw new RangeError(`no course ${entry.course}`)
  return new Patient({
    id: entry.id,
    seed,
    course,
    startMinute: entry.startOffsetMinutes - 60 * hoursBefore,
    hourOfDay: hourOfDay - hoursBefore,
    ageYears: entry.ageYears,
    sex: entry.sex,
    weightKg: entry.weightKg,
  })
}

/** The patient as of now, and what the device remembers of the hours before. */
function pastOf({ config, localHour }: FleetDeps, entry: Entry, profile: SimulatedProfile, nowS: number) {
  const { historyHours: hours, historyUntilS: untilS = nowS } = config
  const patient = patientFrom(entry, config.seed, localHour(untilS), hours)
  if (hours === 0) return { patient, memory: [] }
  const memory = remember({ profile, patient, hours, untilS: untilS + clockErrorS(entry.faults, 0) })
  // The body went on while nothing was connected.
  for (let goneS = Math.min(nowS - untilS, longestGoneS); goneS >= longestStepS; goneS -= longestStepS)
    patient.step(longestStepS)
  return { patient, memory: [...memory] }
}

function makeStation(
  deps: FleetDeps,
  entry: Entry,
  begin: { readonly elapsedMs: number; readonly s: number },
  index: number,
  attempted: (station: Station) => void,
): Station {
  const { config, outside } = deps
  const chance = chanceFrom(`${config.seed}/${entry.device.id}`)
  const profile = simulatedProfiles.get(entry.device.profile)
  if (!profile) throw new RangeError(`no profile ${entry.device.profile}`)
  const { patient, memory } = pastOf(deps, entry, profile, begin.s)
  const phaseMs = (index * stepS * 1_000) / config.patients.length
  const lateSteps = Math.max(0, Math.ceil((outside.elapsedMs() - begin.elapsedMs - phaseMs) / 1_000 / stepS))
  const startMs = phaseMs + lateSteps * stepS * 1_000
  const device = new SimulatedDevice({
    id: entry.device.id,
    profile,
    patient,
    faults: entry.faults,
    speed: config.speed,
    startS: begin.s + startMs / 1_000,
    chance,
  })
  const station: Station = {
    chance: chance.fork('duplicates'),
    device,
    memory,
    speaks: () => device.elapsedS >= liveFirstS,
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
    dueMs: begin.elapsedMs + startMs + stepS * 1_000,
    attempted: false,
  }
  return station
}

/** One timer for all: sleeps until the next device is due. */
function runStations(stations: readonly Station[], outside: Outside, encode: typeof encodeCbor): () => void {
  let cancel = () => {}
  const turn = () => {
    const nowMs = outside.elapsedMs()
    let nextMs = nowMs + stepS * 1_000
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
