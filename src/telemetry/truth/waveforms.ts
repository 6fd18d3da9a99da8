import type { StoredChunk } from '../codec/waveforms.ts'
import type { WaveformChunk } from '../model.ts'
import { sameChunk } from '../parts.ts'
import type { TelemetryStore } from '../telemetry.ts'

/** As `restateSamples`, for the waveform chunks that start in [from, to). */
export async function restateWaveforms(
  telemetry: TelemetryStore,
  source: number,
  target: number | undefined,
  from: number,
  to: number,
): Promise<number> {
  const startingIn = async (series: number) =>
    (await telemetry.reading.chunks(series, from, to)).filter((chunk) => chunk.startAt >= from)
  const said = saidOfEach(await startingIn(source))
  if (said.length === 0) return 0
  if (target !== undefined) {
    const there = Map.groupBy(await startingIn(target), (chunk) => chunk.startAt)
    const missing = said.filter((chunks) => !endsWith(there.get(chunks[0]!.startAt) ?? [], chunks))
    await telemetry.restateWaveforms(missing.flat().map((chunk) => ({ ...chunk, series: target })))
  }
  await telemetry.restateWaveforms(said.map((chunks) => withoutSamples(chunks.at(-1)!)))
  return said.length
}

/** Of each chunk that is not withdrawn, its versions since it last was. */
function saidOfEach(chunks: readonly StoredChunk[]): StoredChunk[][] {
  return [...Map.groupBy(chunks, (chunk) => chunk.startAt).values()]
    .map((versions) => versions.slice(versions.findLastIndex((one) => one.samples.length === 0) + 1))
    .filter((versions) => versions.length > 0)
}

function endsWith(there: readonly StoredChunk[], chunks: readonly StoredChunk[]): boolean {
  const last = there.slice(-chunks.length)
  return last.length === chunks.length && last.every((chunk, i) => sameChunk(chunk, chunks[i]!))
}

const withoutSamples = (chunk: WaveformChunk): WaveformChunk => ({ ...chunk, samples: new Int16Array(0) })
