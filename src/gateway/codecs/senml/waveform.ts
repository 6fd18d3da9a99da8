import { ok, type Result, refused } from '../../../kernel/problem.ts'
import { gatewayProblem } from '../../problems.ts'
import { senmlLimits } from './pack.ts'

export interface WaveformFields {
  readonly rateHz: number
  readonly scale: number
  readonly offset: number
  readonly samples: Int16Array
}

const maxRateHz = 100_000
const base64url = /^[A-Za-z0-9_-]*={0,2}$/

/** `vd` of a record: base64url in JSON (RFC 8428 §4.3), a byte string in CBOR; little-endian int16 in both. */
export function readWaveform(record: ReadonlyMap<string, unknown>, where: string): Result<WaveformFields> {
  const no = (what: string, field: string) =>
    refused(gatewayProblem('waveform-unreadable', { what, where: `${where}/${field}` }))
  const bytes = bytesOf(record.get('vd'))
  if (!bytes) return no('vd is not base64url (in CBOR: a byte string)', 'vd')
  if (bytes.length === 0) return no('vd is empty', 'vd')
  if (bytes.length % 2 !== 0) return no('vd has an odd number of bytes, and a sample has two', 'vd')
  if (bytes.length / 2 > senmlLimits.samples)
    return no(`vd has more than ${senmlLimits.samples} samples`, 'vd')
  const rateHz = record.get('rateHz_') as number | undefined
  if (rateHz === undefined) return no('rateHz_ is missing', 'rateHz_')
  if (!(rateHz > 0 && rateHz <= maxRateHz))
    return no(`rateHz_ must lie above 0 and up to ${maxRateHz}`, 'rateHz_')
  const scale = (record.get('scale_') as number | undefined) ?? 1
  if (scale === 0) return no('scale_ must not be 0', 'scale_')
  const offset = (record.get('offset_') as number | undefined) ?? 0
  return ok({ rateHz, scale, offset, samples: int16LittleEndian(bytes) })
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string' || !base64url.test(value)) return undefined
  return Buffer.from(value, 'base64url')
}

function int16LittleEndian(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Int16Array(bytes.length / 2)
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true)
  return samples
}
