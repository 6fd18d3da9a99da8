/**
 * Structured log lines. Fields are ids, counts, codes and durations: never patient data, payloads or secrets.
 * What slips through all the same is taken out by name here, at any depth: the last net, not the rule.
 */
import { type DestinationStream, destination as fileDestination, pino } from 'pino'

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
}

const secretKey =
  /authori[sz]ation|cookie|password|passwd|secret|token|credential|api[-_]?key|private[-_]?key/i
const personKey = /^(family|given|patient[-_]?name|display[-_]?name|birth[-_]?date|telecom|email|phone)$/i
const deepest = 6
const hidden = '[hidden]'

function redacted(value: unknown, depth: number): unknown {
  if (value instanceof Error) return errorFields(value)
  if (value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isHidden(key, item) ? hidden : redacted(item, depth + 1),
    ]),
  )
}

/** A FHIR HumanName is an object or a list of them; the name of a job or a route is a string. */
const isHidden = (key: string, value: unknown): boolean =>
  secretKey.test(key) || personKey.test(key) || (key === 'name' && typeof value === 'object')

/**
 * What of an error may be written. PostgreSQL puts column values into its messages and details, so of its
 * errors only the code and the names of table and constraint remain; the stack stays, without the message.
 */
function errorFields(error: Error & { code?: unknown }): object {
  const fromDatabase = 'severity' in error && 'routine' in error
  const { table, constraint } = error as { table?: string; constraint?: string }
  return {
    type: error.name,
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(fromDatabase ? { table, constraint } : { message: error.message.slice(0, 500) }),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .join('\n'),
    ...(error.cause instanceof Error ? { cause: errorFields(error.cause) } : {}),
  }
}

export interface LogOptions {
  readonly level: LogLevel
  /** Default: standard error, so that standard output stays for people and scripts. */
  readonly destination?: DestinationStream
}

/** JSON lines with ISO times; written at once, so that nothing is missing after a kill. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redacted(fields, 0) as Record<string, unknown>,
      bindings: (fields: object) => redacted(fields, 0) as Record<string, unknown>,
    },
    // An error is shown by `errorFields` above; pino's own serializer would print its message and every property.
    serializers: { err: (value: unknown) => value },
  }
  return pino(options, destination ?? fileDestination({ dest: 2, sync: true }))
}
