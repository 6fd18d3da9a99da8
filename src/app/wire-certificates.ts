/** Devices' certificates: the authority, the listeners that end TLS for devices, and who is told. */
import type { Registry } from 'prom-client'
import type { AuditWriter } from '../audit/index.ts'
import {
  countWanting,
  createDeviceCertificates,
  createDeviceTls,
  type DeviceIdentityEvent,
  type DeviceRegistry,
  deviceIdentityRoutes,
  enrolmentRoutes,
} from '../devices/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'

const bySystem = 'system'
const watchPeriodMs = 600_000

export interface CertificatesWiring {
  readonly config: Config
  readonly db: Database
  readonly devices: DeviceRegistry
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly jobs: Jobs
  readonly metrics: Registry
  readonly publicUrl: () => string
  readonly audit: AuditWriter
}

/** What a person or a device asks for is an entry of its request; what happens of itself is written here. */
function noteOwn({ what, device, serial, by }: DeviceIdentityEvent, audit: AuditWriter, log: Log): void {
  if (by !== bySystem) return
  const about = [`Device/${device}`, ...(serial === undefined ? [] : [`certificate ${serial}`])]
  const entry = { kind: 'device', action: 'E', outcome: 'done', actor: by, purpose: 'HOPERAT' } as const
  audit
    .write({ ...entry, patients: [], what: about, reason: what })
    .catch((error: Error) =>
      log.error({ device, error: error.message }, 'a certificate’s end was not audited'),
    )
}

export async function wireCertificates({ config, jobs, metrics, audit, ...deps }: CertificatesWiring) {
  const certificates = await createDeviceCertificates({
    ...deps,
    home: config.home,
    onDeviceIdentity: (event) => noteOwn(event, audit, deps.log),
  })
  const { mqttsPort, httpsPort, names, files } = config.tls
  const isListening = mqttsPort !== undefined || httpsPort !== undefined
  const tls = isListening ? await createDeviceTls({ ...deps, certificates, names, files }) : undefined
  countWanting(metrics, () => certificates.wanting().length)
  jobs.add({ name: 'device-certificates', periodMs: watchPeriodMs, run: () => certificates.watch() })
  let ports: { readonly mqtts: number | null; readonly https: number | null } = { mqtts: null, https: null }
  return {
    certificates,
    tls,
    routes: [
      enrolmentRoutes(certificates),
      deviceIdentityRoutes({ ...deps, certificates, ports: () => ports }),
    ],
    /** What the listeners were given; 0: none. */
    listening(mqtts: number, https: number) {
      ports = { mqtts: mqtts || null, https: https || null }
    },
  }
}
