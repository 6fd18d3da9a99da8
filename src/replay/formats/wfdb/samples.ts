/**
 * Sample formats of WFDB signal files (signal(5)): each turns the bytes of a file into whole numbers, interleaved as
 * in the file. `missing` is the format's own mark for a sample that was not recorded.
 */
export interface SampleFormat {
  /** Samples that `bytes` hold. */
  count(bytes: number): number
  decode(bytes: DataView, count: number): Int32Array
  readonly missing: number
}

const signed = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits)

const fixedWidth = (
  width: number,
  missing: number,
  at: (view: DataView, byte: number) => number,
): SampleFormat => ({
  missing,
  count: (bytes) => Math.floor(bytes / width),
  decode(view, count) {
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) out[i] = at(view, i * width)
    return out
  },
})

/** Two 12-bit samples in three bytes: low byte, shared nibbles (first low, second high), low byte. */
const format212: SampleFormat = {
  missing: -2048,
  count: (bytes) => Math.floor(bytes / 3) * 2 + (bytes % 3 === 2 ? 1 : 0),
  decode(view, count) {
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const at = Math.floor(i / 2) * 3
      const shared = view.getUint8(at + 1)
      out[i] =
        i % 2 === 0
          ? signed(view.getUint8(at) | ((shared & 0x0f) << 8), 12)
          : signed(view.getUint8(at + 2) | ((shared & 0xf0) << 4), 12)
    }
    return out
  },
}

/** Three 10-bit samples in four bytes: bits 1–10 of each 16-bit word, the third from the five high bits of both. */
const format310: SampleFormat = {
  missing: -512,
  count: (bytes) => Math.floor(bytes / 4) * 3 + (bytes % 4 >= 2 ? 1 : 0),
  decode(view, count) {
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const at = Math.floor(i / 3) * 4
      const first = view.getUint16(at, true)
      if (i % 3 === 0) out[i] = signed((first >> 1) & 0x3ff, 10)
      else {
        const second = view.getUint16(at + 2, true)
        out[i] =
          i % 3 === 1 ? signed((second >> 1) & 0x3ff, 10) : signed((first >> 11) | ((second >> 11) << 5), 10)
      }
    }
    return out
  },
}

/** Three 10-bit samples in the low 30 bits of four bytes. */
const format311: SampleFormat = {
  missing: -512,
  count: (bytes) => Math.floor(bytes / 4) * 3 + [0, 0, 1, 2][bytes % 4]!,
  decode(view, count) {
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      const at = Math.floor(i / 3) * 4
      const shift = (i % 3) * 10
      let word = 0
      for (let b = 0; b < 4 && at + b < view.byteLength; b++) word |= view.getUint8(at + b) << (8 * b)
      out[i] = signed((word >>> shift) & 0x3ff, 10)
    }
    return out
  },
}

export const sampleFormats: ReadonlyMap<number, SampleFormat> = new Map([
  [16, fixedWidth(2, -32_768, (view, at) => view.getInt16(at, true))],
  [
    24,
    fixedWidth(3, -8_388_608, (v, at) =>
      signed(v.getUint8(at) | (v.getUint8(at + 1) << 8) | (v.getUint8(at + 2) << 16), 24),
    ),
  ],
  [32, fixedWidth(4, -2_147_483_648, (view, at) => view.getInt32(at, true))],
  [61, fixedWidth(2, -32_768, (view, at) => view.getInt16(at, false))],
  [80, fixedWidth(1, -128, (view, at) => view.getUint8(at) - 128)],
  [160, fixedWidth(2, -32_768, (view, at) => view.getUint16(at, true) - 32_768)],
  [212, format212],
  [310, format310],
  [311, format311],
])

/** Format 8: first differences in a byte; the running sum starts at the header's initial value. */
export function decodeDifferences(view: DataView, initialValue: number): Int32Array {
  const out = new Int32Array(view.byteLength)
  let value = initialValue
  for (let i = 0; i < out.length; i++) {
    value += view.getInt8(i)
    out[i] = value
  }
  return out
}
