import { decode } from 'cbor-x'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCbor, encodeJson } from './senml.ts'

describe('a SenML pack', () => {
  it('in CBOR uses the integer labels of RFC 8428, byte for byte', () => {
    const bytes = encodeCbor([{ baseTimeS: 1_700_000_000, name: 'spo2', value: 97 }])
    // array(1) map(3) -3: 1700000000, 0: "spo2", 2: 97
    expect(Buffer.from(bytes).toString('hex')).toBe('81a3221a6553f100006473706f32021861')
  })

  it('carries waveforms as little-endian byte strings with rate, scale and offset', () => {
    const samples = Int16Array.of(1, -2, 32_767, -32_768)
    const record = { baseTimeS: 1.5, name: 'pleth', samples, rateHz: 125, scale: 0.0001, offset: 0 }
    const [cbor] = decode(encodeCbor([record])) as Record<string, unknown>[]
    expect(Buffer.from(cbor?.['8'] as Uint8Array).toString('hex')).toBe('0100feffff7f0080')
    expect(cbor).toMatchObject({ rateHz_: 125, scale_: 0.0001, offset_: 0, '-3': 1.5, '0': 'pleth' })
    const [json] = JSON.parse(Buffer.from(encodeJson([record])).toString())
    expect(json).toMatchObject({ n: 'pleth', bt: 1.5, rateHz_: 125, vd: 'AQD-__9_AIA' })
  })

  it('leaves out what is not there and gives back what is, in both forms', () => {
    const record = fc.record(
      {
        name: fc.string({ minLength: 1 }),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }).filter((v) => !Object.is(v, -0)),
        unit: fc.string({ minLength: 1 }),
      },
      { requiredKeys: ['name', 'value'] },
    )
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const cbor = decode(encodeCbor(records)) as Record<string, unknown>[]
        const json = JSON.parse(Buffer.from(encodeJson(records)).toString()) as Record<string, unknown>[]
        for (const [index, { name, value, unit }] of records.entries()) {
          const rest = unit === undefined ? {} : { unit }
          expect({
            name: cbor[index]?.['0'],
            value: cbor[index]?.['2'],
            ...(unit && { unit: cbor[index]?.['1'] }),
          }).toEqual({ name, value, ...rest })
          expect({
            name: json[index]?.['n'],
            value: json[index]?.['v'],
            ...(unit && { unit: json[index]?.['u'] }),
          }).toEqual({ name, value, ...rest })
        }
      }),
    )
  })
})
