import { Encoder } from 'cbor-x'

/** One SenML record before it is coded. Without `samples` it is a number, with them a waveform. */
export interface SenmlRecord {
  /** Seconds since 1970. */
  readonly baseTimeS?: number
  readonly name: string
  /** Seconds after the base time. */
  readonly timeS?: number
  readonly unit?: string
  readonly value?: number
  /** Bits by which the gateway knows that there is no value, and why. */
  readonly quality?: number
  readonly samples?: Int16Array
  readonly rateHz?: number
  readonly scale?: number
  readonly offset?: number
}

/** RFC 8428 §6, table 4. */
const label = { bt: -3, n: 0, u: 1, v: 2, t: 6, vd: 8 } as const

const encoder = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false })

/** A pack as SenML CBOR (RFC 8428 §6): integer labels, waveforms as byte strings. */
export const encodeCbor = (records: readonly SenmlRecord[]): Uint8Array =>
  encoder.encode(
    records.map((record) => {
      const map = new Map<number | string, unknown>()
      if (record.baseTimeS !== undefined) map.set(label.bt, record.baseTimeS)
      map.set(label.n, record.name)
      if (record.unit !== undefined) map.set(label.u, record.unit)
      if (record.value !== undefined) map.set(label.v, record.value)
      if (record.quality !== undefined) map.set('quality_', record.quality)
      if (record.timeS) map.set(label.t, record.timeS)
      if (record.samples) {
        map.set(label.vd, littleEndian(record.samples))
        map.set('rateHz_', record.rateHz)
        map.set('scale_', record.scale)
        map.set('offset_', record.offset)
      }
      return map
    }),
  )

/** A pack as SenML JSON (RFC 8428 §5): waveforms in base64url. */
export const encodeJson = (records: readonly SenmlRecord[]): Uint8Array =>
  Buffer.from(
    JSON.stringify(
      records.map((record) => ({
        bt: record.baseTimeS,
        n: record.name,
        u: record.unit,
        v: record.value,
        quality_: record.quality,
        t: record.timeS || undefined,
        ...(record.samples && {
          vd: littleEndian(record.samples).toString('base64url'),
          rateHz_: record.rateHz,
          scale_: record.scale,
          offset_: record.offset,
        }),
      })),
    ),
  )

function littleEndian(samples: Int16Array): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * 2)
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] ?? 0, i * 2)
  return bytes
}
