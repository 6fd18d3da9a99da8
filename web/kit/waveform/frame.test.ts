import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeWaveformFrame } from './encode-frame.ts'
import { decodeWaveformFrame } from './frame.ts'

const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' })
const frames = fc.record({
  patient: name,
  metric: name,
  rateHz: fc.integer({ min: 1, max: 10_000 }),
  startAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  scale: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  offset: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  samples: fc.int16Array({ maxLength: 300 }),
})

describe('a waveform frame', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeWaveformFrame(encodeWaveformFrame(frame))).toEqual(frame)
      }),
    )
  })

  it('cut at any byte is no frame, and never throws', () => {
    fc.assert(
      fc.property(frames, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (frame, share) => {
        const whole = encodeWaveformFrame(frame)
        const cut = whole.slice(0, Math.floor(whole.byteLength * share))
        const decoded = decodeWaveformFrame(cut)
        expect(decoded === undefined || decoded.samples.length === 0).toBe(true)
      }),
    )
  })

  it('of any bytes whatever never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeWaveformFrame(bytes.slice().buffer)
      }),
    )
  })

  it.each([
    ['another version', 0, 2],
    ['no rate', 7, 0xff],
  ])('with %s is refused', (_, byte, value) => {
    const bytes = encodeWaveformFrame({
      patient: 'p',
      metric: 'pleth',
      rateHz: 100,
      startAtMs: 0,
      scale: 1,
      offset: 0,
      samples: new Int16Array(4),
    })
    new DataView(bytes).setUint8(byte, value)
    expect(decodeWaveformFrame(bytes)).toBeUndefined()
  })
})
