import { resolve } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../kernel/problem.ts'

const port = (fallback: number) =>
  z.coerce.number('must be a port number').int().min(0).max(65_535).default(fallback)
const flag = (fallback: boolean) =>
  z
    .enum(['0', '1'], 'must be 0 or 1')
    .default(fallback ? '1' : '0')
    .transform((value) => value === '1')

/** Every setting, once; names are those of the README. An empty value counts as absent. */
const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port(8080),
  MQTT_PORT: port(1883),
  MLLP_PORT: port(2575),
  DICOM_PORT: port(11_112),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  MQTT_BROKER_URL: z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an mqtt:// URL' }).optional(),
  PUBLIC_URL: z.url('must be a URL').optional(),
  TLS_TERMINATED_BY_PROXY: flag(false),
  VITALWIRE_HOME: z.string().default('.vitalwire'),
  VITALWIRE_DEMO: flag(false),
  LEDGER_WITNESSES: z.string().default(''),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).optional(),
})

export interface Config {
  readonly host: string
  readonly ports: {
    readonly http: number
    readonly mqtt: number
    readonly mllp: number
    readonly dicom: number
  }
  /** Absent: the embedded PostgreSQL under `home`. */
  readonly databaseUrl: string | undefined
  /** Absent: the embedded broker listens on `ports.mqtt`. */
  readonly mqttBrokerUrl: string | undefined
  readonly publicUrl: string | undefined
  /** A proxy in front ends TLS and adds X-Forwarded-… headers. */
  readonly behindProxy: boolean
  readonly home: string
  readonly demo: boolean
  /** vkeys of those whose cosignatures under the ledger's checkpoints are kept. */
  readonly ledgerWitnesses: readonly string[]
  readonly logLevel: NonNullable<z.infer<typeof schema>['LOG_LEVEL']>
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Reads the environment once.
 * @throws ProblemError naming every setting that is wrong, and what it must be.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ProblemError({
      code: 'config-invalid',
      status: 500,
      message: `settings are wrong:\n${lines.join('\n')}`,
    })
  }
  const s = parsed.data
  if (!loopback.has(s.HOST) && !s.TLS_TERMINATED_BY_PROXY) {
    throw new ProblemError({
      code: 'config-listens-in-clear',
      status: 500,
      where: 'HOST',
      message: `HOST=${s.HOST} would listen beyond this machine without TLS. Put a TLS proxy in front and set TLS_TERMINATED_BY_PROXY=1, or leave HOST out.`,
    })
  }
  return {
    host: s.HOST,
    ports: { http: s.PORT, mqtt: s.MQTT_PORT, mllp: s.MLLP_PORT, dicom: s.DICOM_PORT },
    databaseUrl: s.DATABASE_URL,
    mqttBrokerUrl: s.MQTT_BROKER_URL,
    publicUrl: s.PUBLIC_URL,
    behindProxy: s.TLS_TERMINATED_BY_PROXY,
    home: resolve(s.VITALWIRE_HOME),
    demo: s.VITALWIRE_DEMO,
    ledgerWitnesses: s.LEDGER_WITNESSES.split(/[\s,]+/).filter((vkey) => vkey !== ''),
    // The demo is watched by a person in a terminal: there only what needs them.
    logLevel: s.LOG_LEVEL ?? (s.VITALWIRE_DEMO ? 'warn' : 'info'),
  }
}
