/** The live socket of the fake server: readings each second, waveforms each half, for whoever asked. */
import type { WebSocket } from 'ws'
import type { LiveRequest } from '../../src/telemetry/contract.ts'
import { encodeWaveformFrame } from '../kit/waveform/encode-frame.ts'
import { demoPatients, hasData, isSlow, valueAt, waveformsOf } from './demo-ward.ts'
import { rateHzOf, samplesBetween } from './demo-waveforms.ts'
import type { FakeWard } from './fake-server.ts'

const readingEveryMs = 1_000
const waveformEveryMs = 500

export function playLive(ward: FakeWard, socket: WebSocket): void {
  const timers: NodeJS.Timeout[] = []
  let wanted: ReadonlySet<string> = new Set()
  const send = (message: unknown): void => socket.send(JSON.stringify(message))

  const sendReadings = (): void => {
    const now = Date.now()
    const time = new Date(now).toISOString()
    for (const patient of demoPatients.filter(hasData)) {
      for (const metric of Object.keys(patient.vitals)) {
        if (isSlow(metric)) continue
        const value = valueAt(patient, metric, now)
        const device = `monitor-${patient.id}`
        send({
          type: 'reading',
          patient: patient.id,
          device,
          metric,
          value,
          unit: '1',
          measuredAt: time,
          receivedAt: time,
          quality: 0,
        })
      }
    }
  }

  let sentUntilMs = Date.now()
  const sendWaveforms = (): void => {
    const untilMs = Date.now()
    for (const patient of demoPatients) {
      for (const metric of waveformsOf(patient)) {
        if (!wanted.has(metric)) continue
        const heartRate = patient.vitals['heart-rate'] ?? 70
        const piece = samplesBetween(
          metric,
          sentUntilMs,
          untilMs,
          heartRate,
          patient.vitals['respiratory-rate'] ?? 14,
        )
        socket.send(
          encodeWaveformFrame({
            patient: patient.id,
            metric,
            rateHz: rateHzOf(metric),
            startAtMs: piece.startAtMs,
            scale: 0.001,
            offset: 0,
            samples: piece.samples,
          }),
        )
      }
    }
    sentUntilMs = untilMs
  }

  socket.on('message', (bytes) => {
    const request = JSON.parse(String(bytes)) as LiveRequest
    if (request.type === 'authenticate') {
      send({ type: 'ready', actor: 'Practitioner/demo', serverTime: new Date().toISOString() })
      return
    }
    wanted = new Set(request.waveforms ?? [])
    if (timers.length > 0) return
    sendReadings()
    timers.push(setInterval(sendReadings, readingEveryMs))
    if (ward.waveforms) timers.push(setInterval(sendWaveforms, waveformEveryMs))
  })
  socket.on('close', () => {
    for (const timer of timers) clearInterval(timer)
  })
}
