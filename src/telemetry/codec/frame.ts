import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * The shell around every telemetry payload, little-endian:
 *
 *   0  u16  magic 'VW' (0x5756)
 *   2  u8   kind: 1 journal samples, 2 journal waveforms, 3 sample block, 4 waveform block, 5 roll-ups
 *   3  u8   version of that kind's body
 *   4  u8   flags: 1 = body is zstd
 *   5  u32  length of the body before compression
 *   9  u32  CRC-32 of bytes 0–8 and of all bytes from 13 on
 *  13  …    body
 */
export const frameKind = {
  journalSamples: 1,
  journalWaveforms: 2,
  sampleBlock: 3,
  waveformBlock: 4,
  rollups: 5,
} as const

const magic = 0x5756
const headerBytes = 13
const flagZstd = 1
/**
 * Below this zstd cannot win its own header back; and a journal row, which lives for seconds, is not worth the time
 * where it wins little.
 */
const smallestCompressed: Readonly<Record<number, number>> = {
  [frameKind.journalSamples]: 1_024,
  [frameKind.journalWaveforms]: 1_024,
}
const smallestBlockCompressed = 48

export function sealFrame(kind: number, version: number, body: Uint8Array, level: number): Buffer {
  const packed =
    body.length < (smallestCompressed[kind] ?? smallestBlockCompressed)
      ? body
      : zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: level } })
  const compressed = packed !== body && packed.length < body.length
  const content = compressed ? packed : body
  const frame = Buffer.allocUnsafe(headerBytes + content.length)
  frame.writeUInt16LE(magic, 0)
  frame[2] = kind
  frame[3] = version
  frame[4] = compressed ? flagZstd : 0
  frame.writeUInt32LE(body.length, 5)
  frame.set(content, headerBytes)
  frame.writeUInt32LE(checksum(frame), 9)
  return frame
}

/** @throws Error where the payload is damaged or of a kind or version this program does not know. */
export function openFrame(kind: number, version: number, frame: Uint8Array): Uint8Array {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  if (buffer.length < headerBytes || buffer.readUInt16LE(0) !== magic || buffer[2] !== kind) {
    throw new Error(`not a telemetry payload of kind ${kind}`)
  }
  if (buffer[3] !== version) throw new Error(`telemetry payload of unknown version ${buffer[3]}`)
  if (buffer.readUInt32LE(9) !== checksum(buffer)) throw new Error('telemetry payload fails its checksum')
  const length = buffer.readUInt32LE(5)
  const content = buffer.subarray(headerBytes)
  if ((buffer[4]! & flagZstd) === 0) return content
  return zstdDecompressSync(content, { maxOutputLength: Math.max(1, length) })
}

const checksum = (frame: Buffer): number => crc32(frame.subarray(headerBytes), crc32(frame.subarray(0, 9)))
