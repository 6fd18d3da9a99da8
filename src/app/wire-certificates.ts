/** Devices' certificates: the authority, the listeners that end TLS for devices, and who is told. */
import type { Registry } from 'prom-client'
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
  readonly onDeviceIdentity?: (event: DeviceIdentityEvent) => void
}

export async function wireCertificates({ config, jobs, metrics, ...deps }: CertificatesWiring) {
  const certificates = await createDeviceCertificates({ ...deps, home: config.home })
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
