/**
 * The one way in for every adapter: readings → checked, given to whom they belong, and made durable; what was refused
 * lies in quarantine. Plain packs, nearly all, are taken as columns (`plain-intake.ts`); the others are decoded record by
 * record and delivered, and the good records of a delivery stand whatever the others are.
 * Duplicates are let through: telemetry knows them.
 */
import { Counter, type Registry } from 'prom-client'
import { type Device, type DeviceRegistry, profileOf } from '../devices/index.ts'
import { type Problem, ProblemError } from '../kernel/problem.ts'
import type { Micros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { SampleBatch, Telemetry, WaveformChunk } from '../telemetry/model.ts'
import { type CheckedReading, type CheckedWaveform, checkReading, checkWaveform } from './checks.ts'
import { withRightTimes } from './clock-correction.ts'
import type { DecodedReadings, Ingest } from './model.ts'
import { PlainIntake } from './plain-intake.ts'
import { gatewayProblem } from './problems.ts'
import type { Quarantine } from './quarantine.ts'

export interface IngestDeps {
  readonly devices: Pick<DeviceRegistry, 'clocks' | 'history' | 'patientAt'>
  readonly telemetry: Telemetry
  readonly quarantine: Quarantine
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Registry
}

/** Beyond this much waiting for the disk, adapters that can say "later" do. */
const busyBytes = 64 * 1024 * 1024

export function createIngest(deps: IngestDeps): Ingest {
  const { devices, telemetry, quarantine, log } = deps
  const counter = (name: string, help: string): Counter<'protocol'> =>
    new Counter({ name, help, labelNames: ['protocol'], registers: [deps.metrics] })
  const accepted = counter('vitalwire_ingest_accepted_total', 'Readings and waveform samples made durable')
  const quarantined = counter('vitalwire_ingest_quarantined_total', 'Records refused and kept in quarantine')
  const failed = counter('vitalwire_ingest_failed_total', 'Deliveries that could not be made durable')

  const intake = new PlainIntake({
    ...{ devices, telemetry },
    settled(taken, cause) {
      for (const [protocol, { deliveries, readings }] of taken) {
        if (cause) failed.inc({ protocol }, deliveries)
        else accepted.inc({ protocol }, readings)
      }
      if (!cause) return undefined
      log.error({ error: cause.message }, 'a batch was not stored')
      return new ProblemError(gatewayProblem('storage-down'))
    },
  })

  async function seriesOf(device: string, metric: string, measuredAt: Micros): Promise<number> {
    const patient = devices.patientAt(device, measuredAt) ?? null
    return (
      telemetry.knownSeriesId(patient, device, metric) ?? (await telemetry.seriesId(patient, device, metric))
    )
  }

  async function store(device: string, good: Good, receivedAt: Micros): Promise<void> {
    const waits: Promise<void>[] = []
    if (good.readings.length > 0) {
      const series = await Promise.all(good.readings.map((r) => seriesOf(device, r.metric, r.measuredAt)))
      waits.push(telemetry.append(batchOf(good.readings, series, receivedAt)))
    }
    if (good.waveforms.length > 0) {
      const series = await Promise.all(good.waveforms.map((w) => seriesOf(device, w.metric, w.startAt)))
      waits.push(telemetry.appendWaveforms(chunksOf(good.waveforms, series, receivedAt)))
    }
    await Promise.all(waits)
  }

  return {
    take: (device, protocol, payload, receivedAt) => intake.take(device, protocol, payload, receivedAt),
    whenStored: (done) => intake.whenStored(done),

    async deliver(device, protocol, payload, decoded, receivedAt) {
      intake.submit()
      let good: Good
      try {
        const right = await withRightTimes(devices.clocks, device.id, decoded, receivedAt)
        good = check(device, right.decoded, right.receivedAt)
        const { problems } = good
        await Promise.all([
          store(device.id, good, right.receivedAt),
          quarantine.keep({ device: device.id, protocol, payload, receivedAt, problems }),
        ])
      } catch (error) {
        failed.inc({ protocol })
        log.error(
          { device: device.id, protocol, error: (error as Error).message },
          'a delivery was not stored',
        )
        throw new ProblemError(gatewayProblem('storage-down'))
      }
      const { problems } = good
      const count = good.readings.length + good.waveforms.length
      accepted.inc({ protocol }, count)
      if (problems.length > 0) quarantined.inc({ protocol }, problems.length)
      return { accepted: count, quarantined: problems.length, problems }
    },

    async quarantine(device, protocol, payload, problem, receivedAt, size = payload.length) {
      quarantined.inc({ protocol })
      try {
        await quarantine.keep({ device, protocol, payload, size, receivedAt, problems: [problem] })
      } catch (error) {
        failed.inc({ protocol })
        log.error({ device, protocol, error: (error as Error).message }, 'a refusal was not stored')
        throw new ProblemError(gatewayProblem('storage-down'))
      }
    },

    busy: () => telemetry.pending().bytes + intake.gatheredBytes > busyBytes,
  }
}

interface Good {
  readonly readings: readonly CheckedReading[]
  readonly waveforms: readonly CheckedWaveform[]
  readonly problems: readonly Problem[]
}

function check(device: Device, decoded: DecodedReadings, receivedAt: Micros): Good {
  const profile = profileOf(device.profile)
  const readings: CheckedReading[] = []
  const waveforms: CheckedWaveform[] = []
  const problems = [...decoded.problems]
  for (const reading of decoded.readings) {
    const checked = checkReading(reading, profile, receivedAt)
    if (checked.ok) readings.push(checked.value)
    else problems.push(checked.problem)
  }
  for (const wave of decoded.waveforms) {
    const checked = checkWaveform(wave, profile, receivedAt)
    if (checked.ok) waveforms.push(checked.value)
    else problems.push(checked.problem)
  }
  return { readings, waveforms, problems }
}

function batchOf(
  readings: readonly CheckedReading[],
  series: readonly number[],
  receivedAt: Micros,
): SampleBatch {
  const count = readings.length
  const batch = {
    count,
    series: Uint32Array.from(series),
    measuredAt: new Float64Array(count),
    receivedAt: new Float64Array(count).fill(receivedAt),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  }
  for (const [i, reading] of readings.entries()) {
    batch.measuredAt[i] = reading.measuredAt
    batch.value[i] = reading.value
    batch.quality[i] = reading.quality
  }
  return batch
}

const chunksOf = (
  waveforms: readonly CheckedWaveform[],
  series: readonly number[],
  receivedAt: Micros,
): readonly WaveformChunk[] =>
  waveforms.map(({ metric: _, ...wave }, i) => ({ ...wave, series: series[i]!, receivedAt }))
