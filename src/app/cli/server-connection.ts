/** The device connection a recording is played through: the patient's free demo device, or one registered for it. */
import type { IssuedCredential } from '../../devices/contract.ts'
import { isoFromMicros, type Micros } from '../../kernel/time.ts'
import { readDemoCredentials } from '../demo/credentials.ts'
import type { ServerApi } from './server-api.ts'

export interface DeviceConnection {
  readonly url: string
  readonly device: string
  readonly username: string
  readonly password: string
}

const replayProfile = 'vitalwire/senml'

/**
 * @param from the recording's first sample: the device is the patient's from then on
 * @throws Error where the patient is unknown, or the device is another patient's
 */
export async function connectionFor(
  api: ServerApi,
  home: string,
  { patient, device, from }: { patient: string; device: string | undefined; from: Micros },
): Promise<DeviceConnection> {
  const url = `mqtt://127.0.0.1:${api.runtime.mqttPort}`
  const known = (await readDemoCredentials(home))?.devices.find((entry) =>
    device === undefined ? entry.profile === replayProfile && entry.patient === patient : entry.id === device,
  )
  if (known && known.patient !== patient) {
    throw new Error(`the device ${known.id} is on Patient/${known.patient}, not on Patient/${patient}`)
  }
  if (known) return { url, device: known.id, ...known.mqtt }
  if (device !== undefined) throw new Error(`no credential of the device ${device} is known here`)
  await api.get(`/fhir/R4/Patient/${encodeURIComponent(patient)}`)
  const made = await api.post<IssuedCredential>('/api/devices', {
    name: 'Replayed recording',
    profile: replayProfile,
  })
  await api.post(`/api/devices/${made.device}/associate`, { patient, from: isoFromMicros(from) })
  return { url, ...made }
}

/** What the gateway quarantined of this device since then, and why. */
export async function quarantinedSince(
  api: ServerApi,
  device: string,
  since: Micros,
): Promise<{ count: number; reasons: readonly string[] }> {
  const rows = await api.get<{ receivedAt: string; reason: string }[]>(
    `/quarantine?device=${encodeURIComponent(device)}&limit=1000`,
  )
  const recent = rows.filter((row) => Date.parse(row.receivedAt) * 1_000 >= since)
  return { count: recent.length, reasons: [...new Set(recent.map((row) => row.reason))].slice(0, 10) }
}
