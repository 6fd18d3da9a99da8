/** `vitalwire device …`: register devices, put them on patients, issue and end credentials. */
import { parseArgs } from 'node:util'
import type {
  AssociationCorrectionRequest,
  DeviceView,
  IssuedCredential,
  ProfileView,
} from '../../devices/contract.ts'
import type { ServerApi } from './server-api.ts'
import { UsageError } from './usage.ts'

export const deviceUsage = `vitalwire device list
vitalwire device profiles
vitalwire device add NAME --profile PROFILE [--serial S] [--patient ID]
vitalwire device associate DEVICE PATIENT [--from TIME]
vitalwire device release DEVICE
vitalwire device correct DEVICE PATIENT|nobody --from TIME [--to TIME] --reason WHY
                                          whose it was; its readings move along
vitalwire device credential DEVICE        a new secret; the old one ends
vitalwire device revoke DEVICE            for good`

const pad = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function showCredential({ device, username, password }: IssuedCredential, api: ServerApi): void {
  console.log(`device    ${device}\nusername  ${username}\npassword  ${password}   (shown once)`)
  console.log(
    `MQTT      mqtt://127.0.0.1:${api.runtime.mqttPort}, topic vitalwire/${device}/telemetry, QoS 1`,
  )
  console.log(`HTTP      POST ${api.runtime.url}/telemetry`)
}

async function list(api: ServerApi): Promise<void> {
  const devices = await api.get<DeviceView[]>('/api/devices')
  const rows = devices.map((d) => [
    d.id,
    d.profile,
    d.patient ? `${d.patient.id}${d.patient.bed === null ? '' : ` (${d.patient.bed})`}` : '–',
    d.connection,
    d.lastSeenAt ?? '–',
    d.quarantined > 0 ? `${d.quarantined} not understood: ${d.lastRefusal?.reason ?? ''}` : '',
  ])
  console.log(pad([['DEVICE', 'PROFILE', 'PATIENT', 'CONNECTION', 'LAST SEEN', ''], ...rows]))
}

async function add(api: ServerApi, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { profile: { type: 'string' }, serial: { type: 'string' }, patient: { type: 'string' } },
  })
  const [name] = positionals
  if (!name || !values.profile) throw new UsageError('a device needs a name and a profile', deviceUsage)
  const { profile, serial, patient } = values
  const made = await api.post<IssuedCredential>('/api/devices', {
    name,
    profile,
    ...(serial ? { serial } : {}),
  })
  if (patient) await api.post(`/api/devices/${made.device}/associate`, { patient })
  showCredential(made, api)
}

async function correct(api: ServerApi, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, reason: { type: 'string' } },
  })
  const [id, patient] = positionals
  const { from, to, reason } = values
  if (!patient || !from || !reason) {
    throw new UsageError('name the device, the patient (or nobody), --from and --reason', deviceUsage)
  }
  const said: AssociationCorrectionRequest = {
    ...{ patient: patient === 'nobody' ? null : patient, from, reason },
    ...(to ? { to } : {}),
  }
  await api.post(path(id, 'associations/correct'), said)
}

const path = (id: string | undefined, action: string): string => {
  if (!id) throw new UsageError('name the device', deviceUsage)
  return `/api/devices/${encodeURIComponent(id)}/${action}`
}

export async function device(args: readonly string[], api: ServerApi): Promise<number> {
  const [action, ...rest] = args
  switch (action) {
    case 'list':
      await list(api)
      return 0
    case 'profiles': {
      const found = await api.get<ProfileView[]>('/api/device-profiles')
      console.log(pad(found.map((p) => [p.id, p.summary])))
      return 0
    }
    case 'add':
      await add(api, rest)
      return 0
    case 'associate': {
      const { values, positionals } = parseArgs({
        args: rest,
        allowPositionals: true,
        options: { from: { type: 'string' } },
      })
      const [id, patient] = positionals
      if (!patient) throw new UsageError('name the device and the patient', deviceUsage)
      await api.post(path(id, 'associate'), { patient, ...(values.from ? { from: values.from } : {}) })
      return 0
    }
    case 'correct':
      await correct(api, rest)
      return 0
    case 'release':
    case 'revoke':
      await api.post(path(rest[0], action))
      return 0
    case 'credential':
      showCredential(await api.post<IssuedCredential>(path(rest[0], action)), api)
      return 0
    default:
      throw new UsageError(action ? `there is no device ${action}` : 'say what to do', deviceUsage)
  }
}
