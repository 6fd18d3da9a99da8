/** The other direction of `frame.ts`: what the fake server and the decoder's property tests send. */
import { waveformFrameVersion } from '../../../src/telemetry/contract.ts'
import type { WaveformFrame } from './frame.ts'

export function encodeWaveformFrame(frame: WaveformFrame): ArrayBuffer {
  const names = new TextEncoder().encode(frame.patient + frame.metric)
  const samplesAt = (36 + names.length + 3) & ~3
  const buffer = new ArrayBuffer(samplesAt + frame.samples.length * 2)
  const view = new DataView(buffer)
  view.setUint8(0, waveformFrameVersion)
  view.setUint8(1, frame.patient.length)
  view.setUint8(2, frame.metric.length)
  view.setFloat32(4, frame.rateHz, true)
  view.setFloat64(8, frame.startAtMs * 1_000, true)
  view.setFloat64(16, frame.scale, true)
  view.setFloat64(24, frame.offset, true)
  view.setUint32(32, frame.samples.length, true)
  new Uint8Array(buffer, 36).set(names)
  new Int16Array(buffer, samplesAt).set(frame.samples)
  return buffer
}
