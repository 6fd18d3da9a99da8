import { resolve } from 'node:path'
import { z } from 'zod'
import { ProblemError } from '../kernel/problem.ts'

const port = (fallback: number) =>
  z.coerce.number('must be a port number').int().min(0).max(65_535).default(fallback)
/** Absent: nothing listens there. */
const optionalPort = z.coerce.number('must be a port number').int().min(0).max(65_535).optional()
const flag = (fallback: boolean) =>
  z
    .enum(['0', '1'], 'must be 0 or 1')
    .default(fallback ? '1' : '0')
    .transform((value) => value === '1')

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 hexadecimal digits')

/** Every setting, once; names are those of the README. An empty value counts as absent. */
const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port(8080),
  MQTT_PORT: port(1883),
  MQTTS_PORT: optionalPort,
  HTTPS_PORT: optionalPort,
  TLS_HOST: z.string().optional(),
  TLS_NAMES: z.string().default(''),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  MLLP_PORT: port(2575),
  DICOM_PORT: port(11_112),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  MQTT_BROKER_URL: z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an mqtt:// URL' }).optional(),
  PUBLIC_URL: z.url('must be a URL').optional(),
  TLS_TERMINATED_BY_PROXY: flag(false),
  VITALWIRE_HOME: z.string().default('.vitalwire'),
  VITALWIRE_DEMO: flag(false),
  LEDGER_WITNESSES: z.string().default(''),
  ANCHOR_FILE: z.string().optional(),
  ANCHOR_MINUTES: z.coerce.number('must be a number').min(1).max(1_440).default(10),
  ANCHOR_RPC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// URL' }).optional(),
  ANCHOR_CONTRACT: address.optional(),
  ANCHOR_CONSENT_REGISTRY: address.optional(),
  ANCHOR_KEY_FILE: z.string().optional(),
  ANCHOR_PUBLIC_RPC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// URL' }).optional(),
  ANCHOR_PEERS: z.string().default(''),
  TIME_STAMP_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// URL' }).optional(),
  TIME_STAMP_CA_FILE: z.string().optional(),
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
  /** The listeners for devices that end TLS themselves. */
  readonly tls: {
    readonly host: string
    /** Absent: it does not listen. */
    readonly mqttsPort: number | undefined
    readonly httpsPort: number | undefined
    /** How devices reach them; the names in the certificate that the server issues to itself. */
    readonly names: readonly string[]
    /** A certificate of somebody else for them. */
    readonly files: { readonly cert: string; readonly key: string } | undefined
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
  readonly anchors: AnchorConfig
  readonly logLevel: NonNullable<z.infer<typeof schema>['LOG_LEVEL']>
}

/** Where checkpoints of the ledger are laid down. */
export interface AnchorConfig {
  /** Absent: below `home`. */
  readonly file: string | undefined
  readonly periodMs: number
  readonly timeStamp: { readonly url: string; readonly trustedFile: string } | undefined
  readonly chain:
    | {
        readonly rpcUrl: string
        readonly contract: string
        readonly registry: string | undefined
        /** Absent: below `home`. */
        readonly keyFile: string | undefined
        /** As browsers reach the chain. */
        readonly publicRpcUrl: string | undefined
        readonly peers: readonly { readonly account: string; readonly url: string }[]
      }
    | undefined
}

const anyAddress = new Set(['0.0.0.0', '::'])
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
    tls: tlsOf(s),
    ports: { http: s.PORT, mqtt: s.MQTT_PORT, mllp: s.MLLP_PORT, dicom: s.DICOM_PORT },
    databaseUrl: s.DATABASE_URL,
    mqttBrokerUrl: s.MQTT_BROKER_URL,
    publicUrl: s.PUBLIC_URL,
    behindProxy: s.TLS_TERMINATED_BY_PROXY,
    home: resolve(s.VITALWIRE_HOME),
    demo: s.VITALWIRE_DEMO,
    anchors: anchorsOf(s),
    ledgerWitnesses: s.LEDGER_WITNESSES.split(/[\s,]+/).filter((vkey) => vkey !== ''),
    // The demo is watched by a person in a terminal: there only what needs them.
    logLevel: s.LOG_LEVEL ?? (s.VITALWIRE_DEMO ? 'warn' : 'info'),
  }
}

function anchorsOf(s: z.infer<typeof schema>): AnchorConfig {
  const together = (names: readonly (keyof typeof s)[]): boolean => {
    const given = names.filter((name) => s[name] !== undefined)
    if (given.length === 0 || given.length === names.length) return given.length > 0
    throw new ProblemError({
      code: 'config-invalid',
      status: 500,
      where: names.join(', '),
      message: `${names.join(' and ')} belong together: give all of them or none.`,
    })
  }
  const stamped = together(['TIME_STAMP_URL', 'TIME_STAMP_CA_FILE'])
  const chained = together(['ANCHOR_RPC_URL', 'ANCHOR_CONTRACT'])
  return {
    file: s.ANCHOR_FILE,
    periodMs: s.ANCHOR_MINUTES * 60_000,
    timeStamp: stamped ? { url: s.TIME_STAMP_URL!, trustedFile: s.TIME_STAMP_CA_FILE! } : undefined,
    chain: chained
      ? {
          ...{ rpcUrl: s.ANCHOR_RPC_URL!, contract: s.ANCHOR_CONTRACT!, registry: s.ANCHOR_CONSENT_REGISTRY },
          ...{ keyFile: s.ANCHOR_KEY_FILE, publicRpcUrl: s.ANCHOR_PUBLIC_RPC_URL },
          peers: s.ANCHOR_PEERS.split(/[\s,]+/)
            .filter(Boolean)
            .map(peerOf),
        }
      : undefined,
  }
}

function peerOf(text: string): { readonly account: string; readonly url: string } {
  const [account = '', url = ''] = text.split('=')
  if (address.safeParse(account).success && URL.canParse(url)) return { account, url: url.replace(/\/$/, '') }
  throw new ProblemError({
    code: 'config-invalid',
    status: 500,
    where: 'ANCHOR_PEERS',
    message: `ANCHOR_PEERS: "${text}" is no peer; it looks like 0xaccount=https://their.host`,
  })
}

function tlsOf(s: z.infer<typeof schema>): Config['tls'] {
  if ((s.TLS_CERT_FILE === undefined) !== (s.TLS_KEY_FILE === undefined)) {
    throw new ProblemError({
      code: 'config-invalid',
      status: 500,
      message: 'settings are wrong:\n  TLS_CERT_FILE and TLS_KEY_FILE belong together: give both or neither',
    })
  }
  const host = s.TLS_HOST ?? s.HOST
  const said = s.TLS_NAMES.split(',').map((name) => name.trim())
  const known = [s.PUBLIC_URL && new URL(s.PUBLIC_URL).hostname, anyAddress.has(host) ? '' : host]
  const names = [...said, ...known, 'localhost', '127.0.0.1', '::1'].flatMap((name) => name || [])
  const unset = s.VITALWIRE_DEMO ? 0 : undefined
  return {
    host,
    mqttsPort: s.MQTTS_PORT ?? unset,
    httpsPort: s.HTTPS_PORT ?? unset,
    names: [...new Set(names)],
    files: s.TLS_CERT_FILE && s.TLS_KEY_FILE ? { cert: s.TLS_CERT_FILE, key: s.TLS_KEY_FILE } : undefined,
  }
}
