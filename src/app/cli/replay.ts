/** `vitalwire replay FILE --patient ID [--speed N|max] [--start TIME] [--loop]` */
import { parseArgs } from 'node:util'
import { findMetric } from '../../kernel/metrics/index.ts'
import { type Micros, microsFromIso } from '../../kernel/time.ts'
import {
  codedEvent,
  metricForSignal,
  nowMicros,
  packsOf,
  play,
  type Recording,
  type Routing,
  readRecording,
  ucumForUnit,
} from '../../replay/index.ts'
import type { ServerApi } from './server-api.ts'
import { connectionFor, quarantinedSince } from './server-connection.ts'
import { UsageError } from './usage.ts'

export const replayUsage = `vitalwire replay FILE --patient ID [--speed N|max] [--start TIME] [--loop] [--device ID] [--map SIGNAL=METRIC]…
  Plays a recording (WFDB .hea, EDF, BDF, CSV) through a real device connection of the running server.
  --speed   1 as it was recorded (default), 10 ten times as fast, max as fast as acknowledged
  --start   the time its first sample gets, e.g. 2026-01-31T08:00:00Z (default: so that it ends now; at a speed: now)
  --loop    from the beginning again, until Ctrl-C
  --map     which metric a signal is, where its name is not known: --map ECG=ecg-ii`

interface Options {
  readonly file: string
  readonly patient: string
  readonly speed: number | 'max'
  readonly start: Micros | undefined
  readonly loop: boolean
  readonly device: string | undefined
  readonly map: ReadonlyMap<string, string>
}

function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      patient: { type: 'string' },
      speed: { type: 'string', default: '1' },
      start: { type: 'string' },
      loop: { type: 'boolean', default: false },
      device: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
    },
  })
  const [file] = positionals
  if (!file || positionals.length > 1) throw new UsageError('name one file to play', replayUsage)
  if (!values.patient) throw new UsageError('say whose it is: --patient ID', replayUsage)
  const speed = values.speed === 'max' ? 'max' : Number(values.speed)
  if (speed !== 'max' && !(speed > 0))
    throw new UsageError(`--speed ${values.speed} is neither a number nor max`, replayUsage)
  const start = values.start === undefined ? undefined : microsFromIso(values.start)
  if (values.start !== undefined && start === undefined) {
    throw new UsageError(
      `--start ${values.start} is no time; write it like 2026-01-31T08:00:00Z`,
      replayUsage,
    )
  }
  const map = new Map(
    values.map.map((entry) => {
      const at = entry.lastIndexOf('=')
      const metric = entry.slice(at + 1)
      if (at < 1 || !findMetric(metric))
        throw new UsageError(`--map ${entry}: "${metric}" is no metric`, replayUsage)
      return [entry.slice(0, at), metric] as const
    }),
  )
  return {
    file,
    patient: values.patient.replace(/^Patient\//, ''),
    speed,
    start,
    loop: values.loop,
    device: values.device,
    map,
  }
}

/** Which metric each signal is; what has none is told once and not sent. */
function routingFor(options: Options, leftOut: Map<string, string>): Routing {
  const route = (signal: string, unit: string, kind: 'wave' | 'number') => {
    const isKind = (id: string) => {
      const metric = findMetric(id)
      return metric !== undefined && (metric.kind === 'waveform') === (kind === 'wave')
    }
    const metric = options.map.get(signal) ?? metricForSignal(signal, kind, isKind)
    if (metric === undefined || !isKind(metric)) {
      leftOut.set(
        signal,
        kind === 'wave'
          ? 'no waveform of this name is known; use --map'
          : 'no metric of this name is known; use --map',
      )
      return undefined
    }
    return { metric, unit: ucumForUnit(unit) }
  }
  return {
    wave: (signal, unit) => route(signal, unit, 'wave'),
    number: (signal, unit) => route(signal, unit, 'number'),
    event: codedEvent,
  }
}

const clockText = (seconds: number): string =>
  new Date(Math.max(0, seconds) * 1_000).toISOString().slice(11, 19)

function startOf(options: Options, recording: Recording): Micros {
  if (options.start !== undefined) return options.start
  const now = nowMicros()
  return (options.speed === 'max' ? now - Math.ceil(recording.durationS * 1_000_000) : now) as Micros
}

/** Answers the process's exit code: 0 where every sample was taken. */
export async function replay(
  args: readonly string[],
  home: string,
  openApi: () => Promise<ServerApi>,
): Promise<number> {
  const options = parseOptions(args)
  const recording = await readRecording(options.file)
  const leftOut = new Map(recording.leftOut.map(({ what, why }) => [what, why]))
  const routing = routingFor(options, leftOut)
  console.log(`${recording.name}: ${clockText(recording.durationS)} long`)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const api = await openApi()
  let taken = true
  do {
    const startedAt = startOf(options, recording)
    const connection = await connectionFor(api, home, {
      patient: options.patient,
      device: options.device,
      from: startedAt,
    })
    const beganAt = nowMicros() as Micros
    const outcome = await play(packsOf(recording, routing, startedAt), {
      ...connection,
      speed: options.speed,
      stop: stop.signal,
      onProgress: ({ atS, sent, acknowledged }) => {
        if (!process.stdout.isTTY) return
        const percent = recording.durationS > 0 ? Math.round((100 * atS) / recording.durationS) : 100
        process.stdout.write(
          `\r${clockText(atS)} of ${clockText(recording.durationS)}  ${percent} %  sent ${sent}  acknowledged ${acknowledged} `,
        )
      },
    })
    const quarantined = await quarantinedSince(api, connection.device, beganAt)
    if (process.stdout.isTTY) process.stdout.write('\n')
    console.log(
      `sent ${outcome.sent} samples, acknowledged ${outcome.acknowledged}, refused ${outcome.refused + quarantined.count}`,
    )
    for (const reason of [...outcome.reasons, ...quarantined.reasons]) console.log(`  refused: ${reason}`)
    taken &&= outcome.refused + quarantined.count === 0
  } while (options.loop && !stop.signal.aborted)
  for (const [what, why] of leftOut) console.log(`  not sent: ${what} (${why})`)
  return taken ? 0 : 1
}
