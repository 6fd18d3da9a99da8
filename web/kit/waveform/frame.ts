/** Decodes the binary waveform frames of `/live`; the layout is drawn in `src/telemetry/contract.ts`. */
import { waveformFrameVersion } from '../../../src/telemetry/contract.ts'

export interface WaveformFrame {
  readonly patient: string
  readonly metric: string
  readonly rateHz: number
  readonly startAtMs: number
  readonly scale: number
  readonly offset: number
  /** A view into the frame's own bytes: copy before keeping. */
  readonly samples: Int16Array
}

const headerBytes = 36
const maxSamples = 1 << 20
const ascii = new TextDecoder('ascii')

/** undefined where the bytes are no frame of this version; a bad frame never throws and never draws. */
export function decodeWaveformFrame(buffer: ArrayBuffer): WaveformFrame | undefined {
  if (buffer.byteLength < headerBytes) return undefined
  const view = new DataView(buffer)
  if (view.getUint8(0) !== waveformFrameVersion) return undefined
  const patientBytes = view.getUint8(1)
  const metricBytes = view.getUint8(2)
  const rateHz = view.getFloat32(4, true)
  const startAtMicros = view.getFloat64(8, true)
  const scale = view.getFloat64(16, true)
  const offset = view.getFloat64(24, true)
  const count = view.getUint32(32, true)
  const namesEnd = headerBytes + patientBytes + metricBytes
  const samplesAt = (namesEnd + 3) & ~3
  if (!(rateHz > 0 && rateHz <= 100_000) || !Number.isFinite(startAtMicros)) return undefined
  if (!Number.isFinite(scale) || !Number.isFinite(offset)) return undefined
  if (count > maxSamples || samplesAt + count * 2 > buffer.byteLength) return undefined
  return {
    patient: ascii.decode(new Uint8Array(buffer, headerBytes, patientBytes)),
    metric: ascii.decode(new Uint8Array(buffer, headerBytes + patientBytes, metricBytes)),
    rateHz,
    startAtMs: startAtMicros / 1_000,
    scale,
    offset,
    samples: new Int16Array(buffer, samplesAt, count),
  }
}
