import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Bundle, Observation } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './server.ts'

const recordings = process.env['VITALWIRE_RECORDINGS']
const commandLine = fileURLToPath(new URL('../../src/app/cli/main.ts', import.meta.url))
const startMs = Math.floor(Date.now() / 60_000 - 60) * 60_000
const windowMs = 300_000

interface Waveform {
  readonly chunks: readonly {
    readonly startAt: number
    readonly rateHz: number
    readonly scale: number
    readonly offset: number
    readonly samples: string
  }[]
}

/** Format 212 of WFDB with two signals: two 12-bit samples in three bytes. */
function samples212(data: Buffer): [Int16Array, Int16Array] {
  const count = Math.floor(data.length / 3)
  const signals: [Int16Array, Int16Array] = [new Int16Array(count), new Int16Array(count)]
  for (let i = 0; i < count; i++) {
    const [low, middle, high] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!]
    signals[0][i] = ((((middle & 0x0f) << 8) | low) << 20) >> 20
    signals[1][i] = ((((middle & 0xf0) << 4) | high) << 20) >> 20
  }
  return signals
}

describe('a real recording, played by the command line', () => {
  let server: RunningServer
  beforeAll(async () => {
    if (recordings !== undefined) server = await startServer()
  }, 120_000)
  afterAll(() => server?.remove())

  const replay = async (file: string, patient: string): Promise<string> => {
    const start = new Date(startMs).toISOString()
    const args = [commandLine, 'replay', file, '--patient', patient, '--speed', 'max', '--start', start]
    const env = { ...process.env, VITALWIRE_HOME: server.home }
    return (await promisify(execFile)(process.execPath, args, { env })).stdout
  }

  it('an ECG of half an hour and two leads is there, every sample within its quantisation step', async (ctx) => {
    if (recordings === undefined) return ctx.skip('VITALWIRE_RECORDINGS names no folder of recordings')
    const folder = join(recordings, '01-ecg/mitdb')
    const { patient } = server.freeDevice(0)
    expect(await replay(join(folder, '101.hea'), patient)).toMatch(
      /sent (\d+) samples, acknowledged \1, refused 0/,
    )
    const [lead2, v1] = samples212(await readFile(join(folder, '101.dat')))
    const rateHz = 360
    for (const [metric, expected] of [
      ['ecg-ii', lead2],
      ['ecg-v1', v1],
    ] as const) {
      const seen = new Uint8Array(expected.length)
      let furthestMv = 0
      for (let from = startMs; from < startMs + (expected.length / rateHz) * 1_000; from += windowMs) {
        const { chunks } = await server.get<Waveform>(
          `/api/patients/${patient}/waveform?metric=${metric}&from=${from}&to=${from + windowMs}`,
        )
        for (const chunk of chunks) {
          const bytes = Buffer.from(chunk.samples, 'base64')
          const first = Math.round(((chunk.startAt - startMs) / 1_000) * rateHz)
          expect(chunk.rateHz).toBe(rateHz)
          for (let i = 0; i < bytes.length / 2; i++) {
            const mv = bytes.readInt16LE(2 * i) * chunk.scale + chunk.offset
            furthestMv = Math.max(furthestMv, Math.abs(mv - (expected[first + i]! - 1_024) / 200))
            seen[first + i] = 1
          }
        }
      }
      expect({ metric, missing: seen.indexOf(0), exact: furthestMv <= 0.5 / 200 }).toEqual({
        metric,
        missing: -1,
        exact: true,
      })
    }
  }, 180_000)

  it('the numbers of a bedside record are there, each at its second', async (ctx) => {
    if (recordings === undefined) return ctx.skip('VITALWIRE_RECORDINGS names no folder of recordings')
    const file = join(recordings, '02-bedside/bidmc/bidmc_01_Numerics.csv')
    const { patient } = server.freeDevice(1)
    expect(await replay(file, patient)).toMatch(/sent (\d+) samples, acknowledged \1, refused 0/)
    const [header = '', ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/)
    const names = header.split(',').map((name) => name.trim())
    const rows = lines.map((line) =>
      line.split(',').map((field) => (field.trim() === '' ? Number.NaN : Number(field))),
    )
    for (const [column, metric] of [
      ['HR', 'heart-rate'],
      ['RESP', 'respiratory-rate'],
      ['SpO2', 'spo2'],
    ] as const) {
      const at = names.indexOf(column)
      const expected = rows.flatMap((row) =>
        Number.isFinite(row[at]) ? [[startMs + row[0]! * 1_000, row[at]]] : [],
      )
      const bundle = await server.get<Bundle<Observation>>(
        `/fhir/R4/Observation?patient=${patient}&code=urn:vitalwire:metric|${metric}&_sort=date&_count=1000`,
      )
      const found = (bundle.entry ?? []).map(({ resource }) => [
        Date.parse(resource!.effectiveDateTime!),
        resource!.valueQuantity?.value,
      ])
      expect({ column, found }).toEqual({ column, found: expected })
    }
  }, 120_000)
})
