/**
 * A SenML pack as bytes → records with named fields. JSON or CBOR, told apart by the first byte: a JSON pack begins with
 * `[` (after white space), a CBOR pack with an array head, 0x80–0x9f. Pure.
 */
import { ok, type Problem, type Result, refused } from '../../../kernel/problem.ts'
import { gatewayProblem } from '../../problems.ts'
import { readCbor } from './cbor.ts'

export const senmlLimits = { bytes: 1 << 20, records: 10_000, samples: 500_000 } as const

/** The fields of one record under their JSON labels; undefined: it was no object. */
export type RawRecord = ReadonlyMap<string, unknown> | undefined

/** RFC 8428, §6, table 4. */
const cborLabels: ReadonlyMap<unknown, string> = new Map([
  [-1, 'bver'],
  [-2, 'bn'],
  [-3, 'bt'],
  [-4, 'bu'],
  [-5, 'bv'],
  [-6, 'bs'],
  [0, 'n'],
  [1, 'u'],
  [2, 'v'],
  [3, 'vs'],
  [4, 'vb'],
  [5, 's'],
  [6, 't'],
  [7, 'ut'],
  [8, 'vd'],
])

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function readPack(payload: Uint8Array): Result<readonly RawRecord[]> {
  if (payload.length === 0) return refused(gatewayProblem('payload-empty'))
  if (payload.length > senmlLimits.bytes) {
    return refused(gatewayProblem('payload-too-large', { what: '1 MiB' }))
  }
  const first = payload[0]!
  const pack = first >= 0x80 && first <= 0x9f ? fromCbor(payload) : fromJson(payload)
  if (!pack.ok) return pack
  if (pack.value.length > senmlLimits.records) {
    return refused(gatewayProblem('payload-too-many-records', { what: String(senmlLimits.records) }))
  }
  return pack
}

function fromJson(payload: Uint8Array): Result<readonly RawRecord[]> {
  let parsed: unknown
  try {
    parsed = JSON.parse(utf8.decode(payload))
  } catch (error) {
    // The parser's own words would repeat a piece of the payload; only where it stumbled is told.
    const at = /position (\d+)/.exec((error as Error).message)?.[1]
    const why = at ? `it stops making sense at character ${at}` : 'it ends too soon or is not UTF-8 text'
    return refused(gatewayProblem('payload-not-json', { what: why }))
  }
  if (!Array.isArray(parsed)) return refused(notSenml(kindOf(parsed)))
  return ok(
    parsed.map((record: unknown) =>
      typeof record === 'object' && record !== null && !Array.isArray(record)
        ? new Map(Object.entries(record))
        : undefined,
    ),
  )
}

function fromCbor(payload: Uint8Array): Result<readonly RawRecord[]> {
  const read = readCbor(payload)
  if (!read.ok) return refused(gatewayProblem('payload-not-cbor', { what: read.why }))
  if (!Array.isArray(read.value)) return refused(notSenml(kindOf(read.value)))
  return ok(
    read.value.map((record: unknown) => {
      if (!(record instanceof Map)) return undefined
      const fields = new Map<string, unknown>()
      for (const [key, value] of record) fields.set(cborLabels.get(key) ?? String(key), value)
      return fields
    }),
  )
}

const notSenml = (what: string): Problem => gatewayProblem('payload-not-senml', { what })

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Uint8Array) return 'a byte string'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}
