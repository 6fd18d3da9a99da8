import { waveformFrameVersion } from '../contract.ts'
import type { WaveformChunk } from '../model.ts'

const headerBytes = 36

/** The binary frame of `contract.ts`. */
export function encodeWaveformFrame(patient: string, metric: string, chunk: WaveformChunk): Buffer {
  const names = Buffer.from(patient + metric, 'latin1')
  const samplesAt = Math.ceil((headerBytes + names.length) / 4) * 4
  const frame = Buffer.alloc(samplesAt + chunk.samples.length * 2)
  frame[0] = waveformFrameVersion
  frame[1] = patient.length
  frame[2] = metric.length
  frame.writeFloatLE(chunk.rateHz, 4)
  frame.writeDoubleLE(chunk.startAt, 8)
  frame.writeDoubleLE(chunk.scale, 16)
  frame.writeDoubleLE(chunk.offset, 24)
  frame.writeUInt32LE(chunk.samples.length, 32)
  frame.set(names, headerBytes)
  const { buffer, byteOffset, byteLength } = chunk.samples
  frame.set(new Uint8Array(buffer, byteOffset, byteLength), samplesAt)
  return frame
}
