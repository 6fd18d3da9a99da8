import { Encoder } from 'cbor-x'

/** A SenML record by its JSON labels; `vd` as bytes. */
export type SenmlRecord = Readonly<Record<string, number | string | boolean | Uint8Array>>

const labels: Readonly<Record<string, number>> = {
  ...{ bver: -1, bn: -2, bt: -3, bu: -4, bv: -5, bs: -6 },
  ...{ n: 0, u: 1, v: 2, vs: 3, vb: 4, s: 5, t: 6, ut: 7, vd: 8 },
}
const cbor = new Encoder({
  mapsAsObjects: false,
  useRecords: false,
  variableMapSize: true,
  tagUint8Array: false,
})

export const senmlJson = (records: readonly SenmlRecord[]): Buffer =>
  Buffer.from(
    JSON.stringify(records, (_, value: unknown) => {
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
      // A Buffer has become this before the replacer sees it.
      if (isBufferJson(value)) return Buffer.from(value.data).toString('base64url')
      return value
    }),
  )

/** With the integer labels of RFC 8428 §6, or with the strings of JSON. */
export const senmlCbor = (records: readonly SenmlRecord[], options: { strings?: boolean } = {}): Buffer =>
  cbor.encode(
    records.map(
      (record) =>
        new Map(
          Object.entries(record).map(([key, value]) => [options.strings ? key : (labels[key] ?? key), value]),
        ),
    ),
  )

const isBufferJson = (value: unknown): value is { data: number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
