/** The data paths of the fake server, answered from the demo ward. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DeviceView } from '../../src/devices/contract.ts'
import type { QuarantineEntry } from '../../src/gateway/contract.ts'
import { metrics } from '../../src/kernel/metrics/index.ts'
import type { Trend } from '../../src/telemetry/contract.ts'
import { boardOf, demoPatients, hasData, isSlow, valueAt, waveformsOf } from './demo-ward.ts'
import { rateHzOf, samplesBetween } from './demo-waveforms.ts'
import { deviceCertificatesAnswer } from './fake-device-certificates.ts'
import { fhirAnswer } from './fake-record.ts'
import type { FakeWard } from './fake-server.ts'
import { sendJson } from './fake-sign-in.ts'
import { storageAnswer } from './fake-storage.ts'

function devices(nowMs: number): DeviceView[] {
  return demoPatients.filter(hasData).map((patient, i) => ({
    id: `monitor-${patient.id}`,
    name: patient.unit === 'home' ? `Home kit ${patient.bed}` : `Monitor ${patient.bed}`,
    profile: patient.unit === 'home' ? 'vitalwire/home-kit' : 'vitalwire/bedside-monitor',
    vendor: 'Vitalwire',
    model: patient.unit === 'home' ? 'Home kit' : 'Bedside monitor',
    serial: `SIM-${1_000 + i}`,
    simulated: true,
    patient: { id: patient.id, name: patient.name, bed: patient.bed },
    connection: i === 11 ? 'offline' : 'online',
    lastSeenAt: new Date(nowMs - (i === 11 ? 260_000 : 400 + i * 20)).toISOString(),
    batteryPercent: patient.unit === 'home' ? 96 - ((i * 11) % 84) : null,
    clock: i === 7 ? { offsetMs: 251_000, basis: 'inferred' } : null,
    signalDbm: patient.unit === 'home' ? -48 - ((i * 7) % 40) : null,
    quarantined: i === 4 ? 3 : 0,
    lastRefusal:
      i === 4
        ? {
            at: new Date(nowMs - 95_000).toISOString(),
            reason: 'The unit "furlong" of heart-rate cannot be converted to /min.',
          }
        : null,
  }))
}

function quarantine(device: string | null, nowMs: number): QuarantineEntry[] {
  if (device !== null && device !== `monitor-${demoPatients[4]!.id}`) return []
  const texts = [
    '[{"bn":"","n":"heart-rate","u":"furlong","v":72}]',
    '[{"n":"heart-rate","v":',
    '[{"n":"spo2","v":96,"t":4102444800}]',
  ]
  const codes = ['unit-not-convertible', 'not-json', 'time-in-future']
  const reasons = [
    'The unit "furlong" of heart-rate cannot be converted to /min. Send a UCUM unit of frequency, or none.',
    'The JSON ends at byte 23. Send whole SenML packs.',
    'The time lies in the year 2100. Set the clock of the device.',
  ]
  return texts.map((text, i) => ({
    id: `q${i}`,
    device: `monitor-${demoPatients[4]!.id}`,
    receivedAt: new Date(nowMs - 95_000 - i * 600_000).toISOString(),
    protocol: 'mqtt',
    code: codes[i]!,
    reason: reasons[i]!,
    bytes: Buffer.from(text).toString('base64'),
    size: text.length,
  }))
}

const rule = (id: string, metric: string, limit: number) => ({
  id,
  metric,
  params: { limit: { default: limit } },
})
const rules = [
  rule('spo2-low', 'spo2', 90),
  rule('heart-rate-high', 'heart-rate', 130),
  rule('heart-rate-low', 'heart-rate', 45),
  rule('respiratory-rate-high', 'respiratory-rate', 25),
]

const gapFrom = 0.42
const gapTo = 0.47

function trend(patientId: string, url: URL): Trend {
  const patient = demoPatients.find(({ id }) => id === patientId)!
  const metric = url.searchParams.get('metric') ?? ''
  const fromMs = Date.parse(url.searchParams.get('from') ?? '')
  const toMs = Date.parse(url.searchParams.get('to') ?? '')
  const points = isSlow(metric) ? 24 : Number(url.searchParams.get('points') ?? 400)
  const timesMs = Array.from({ length: points }, (_, i) => fromMs + ((toMs - fromMs) * i) / (points - 1))
  const drift = patient.news2 > 4 ? 1 : 0.15
  const values = timesMs.map((ms, i) => {
    const share = i / points
    if (share > gapFrom && share < gapTo) return null
    const base = valueAt(patient, metric, ms)
    const away =
      metric === 'spo2' ? 6 : metric === 'heart-rate' ? -24 : metric === 'respiratory-rate' ? -7 : 8
    const course = (1 - share) ** 1.5 * away * drift
    return Number((base + course + Math.sin(i / 3) * 0.8).toFixed(metrics.get(metric)?.decimals ?? 0))
  })
  return { metric, unit: metrics.get(metric)?.unit ?? '1', timesMs, values, rawCount: points }
}

function waveform(patientId: string, url: URL) {
  const patient = demoPatients.find(({ id }) => id === patientId)!
  const metric = url.searchParams.get('metric') ?? ''
  const fromMs = Date.parse(url.searchParams.get('from') ?? '')
  const toMs = Math.min(Date.now(), Date.parse(url.searchParams.get('to') ?? ''))
  const rateHz = rateHzOf(metric)
  const { startAtMs, samples } = samplesBetween(
    metric,
    fromMs,
    toMs,
    patient.vitals['heart-rate'] ?? 70,
    patient.vitals['respiratory-rate'] ?? 14,
  )
  const bytes = Buffer.from(samples.buffer).toString('base64')
  return {
    metric,
    unit: '1',
    chunks: [{ startAt: startAtMs, rateHz, scale: 0.001, offset: 0, samples: bytes }],
  }
}

export async function answerApi(
  ward: FakeWard,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<boolean> {
  const nowMs = Date.now()
  const path = url.pathname
  if (path === '/api/board') return sendJson(response, 200, boardOf(nowMs, ward.alarms))
  const identity = deviceCertificatesAnswer(path, nowMs)
  if (identity !== undefined) return sendJson(response, 200, identity)
  if (path === '/api/devices') return sendJson(response, 200, devices(nowMs))
  if (path === '/quarantine')
    return sendJson(response, 200, quarantine(url.searchParams.get('device'), nowMs))
  if (path === '/alarms') {
    const patient = url.searchParams.get('patient')
    return sendJson(
      response,
      200,
      ward.alarms.filter((alarm) => !patient || alarm.patient === patient),
    )
  }
  const acknowledged = /^\/alarms\/([^/]+)\/acknowledge$/.exec(path)
  if (acknowledged && request.method === 'POST') {
    const alarm = ward.alarms.find(({ id }) => id === decodeURIComponent(acknowledged[1]!))
    if (!alarm) return sendJson(response, 404, {})
    const next = {
      ...alarm,
      acknowledged: true,
      acknowledgedBy: 'Rosa Lind',
      acknowledgedAt: new Date(nowMs).toISOString(),
    }
    ward.alarms = ward.alarms.map((each) => (each.id === alarm.id ? next : each))
    ward.tell({ type: 'alarm', alarm: next })
    return sendJson(response, 200, next)
  }
  if (path === '/api/rules') return sendJson(response, 200, rules)
  if (path.endsWith('/monitoring'))
    return sendJson(response, 200, { patient: '', limits: {}, spo2Scale: 1, version: 0 })
  const ofPatient = /^\/api\/patients\/([^/]+)\/(trend|series|waveform|scores)$/.exec(path)
  if (ofPatient) {
    const patient = demoPatients.find(({ id }) => id === ofPatient[1])
    if (!patient) return sendJson(response, 404, {})
    if (ofPatient[2] === 'trend') return sendJson(response, 200, trend(patient.id, url))
    if (ofPatient[2] === 'waveform') return sendJson(response, 200, waveform(patient.id, url))
    if (ofPatient[2] === 'scores') return sendJson(response, 200, [])
    const device = `monitor-${patient.id}`
    const all = [...Object.keys(patient.vitals), ...waveformsOf(patient)]
    return sendJson(
      response,
      200,
      all.map((metric) => ({
        metric,
        device,
        kind: waveformsOf(patient).includes(metric) ? 'waveform' : 'numeric',
      })),
    )
  }
  if (path.startsWith('/api/storage')) return sendJson(response, 200, storageAnswer(path, nowMs))
  if (path.startsWith('/fhir/R4/')) return fhirAnswer(url, response)
  return false
}
