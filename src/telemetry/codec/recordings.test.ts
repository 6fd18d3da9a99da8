import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Micros } from '../../kernel/time.ts'
import type { Versions } from '../versions.ts'
import { decodeSampleBlock, encodeSampleBlock } from './sample-block.ts'
import { decodeWaveformBlock, encodeWaveformBlock } from './waveforms.ts'

const recordings = process.env['VITALWIRE_RECORDINGS'] ?? ''
const ecgFile = join(recordings, '01-ecg/mitdb/101.dat')
const numericsFile = join(recordings, '02-bedside/bidmc/bidmc_01_Numerics.csv')
const startAt = Date.UTC(2026, 0, 1) * 1_000

/** Both leads of a WFDB format 212 file: two 12-bit samples in three bytes. */
function readFormat212(bytes: Buffer): Int16Array[] {
  const count = Math.floor(bytes.length / 3)
  const leads = [new Int16Array(count), new Int16Array(count)]
  for (let i = 0; i < count; i++) {
    const [low, middle, high] = [bytes[3 * i]!, bytes[3 * i + 1]!, bytes[3 * i + 2]!]
    leads[0]![i] = ((low | ((middle & 15) << 8)) << 20) >> 20
    leads[1]![i] = ((high | ((middle >> 4) << 8)) << 20) >> 20
  }
  return leads
}

describe('real recordings', () => {
  it.skipIf(!existsSync(ecgFile))(
    'an ECG comes back sample for sample, at no more than 1.1 bytes each (needs VITALWIRE_RECORDINGS)',
    () => {
      const rateHz = 360
      for (const lead of readFormat212(readFileSync(ecgFile))) {
        let bytes = 0
        for (let at = 0; at < lead.length; at += rateHz * 60) {
          const minute = lead.subarray(at, at + rateHz * 60)
          const chunks = Array.from({ length: Math.ceil(minute.length / rateHz) }, (_, second) => {
            const time = (startAt + Math.round(((at + second * rateHz) / rateHz) * 1e6)) as Micros
            return {
              series: 1,
              startAt: time,
              receivedAt: (time - (time % 100_000)) as Micros,
              stored: Math.floor(time / 100_000),
              rateHz,
              scale: 0.005,
              offset: -5.12,
              samples: minute.slice(second * rateHz, (second + 1) * rateHz),
            }
          })
          const block = encodeWaveformBlock(chunks)
          bytes += block.length
          expect(decodeWaveformBlock(block)).toEqual(chunks)
        }
        expect(bytes / lead.length).toBeLessThan(1.1)
      }
    },
  )

  it.skipIf(!existsSync(numericsFile))(
    'bedside numerics come back to the bit, at no more than 2.5 bytes each (needs VITALWIRE_RECORDINGS)',
    () => {
      const [, ...lines] = readFileSync(numericsFile, 'utf8').trim().split('\n')
      const rows = lines.map((line) =>
        line.split(',').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell))),
      )
      let bytes = 0
      for (const column of [1, 2, 3, 4]) {
        const measuredAt = Float64Array.from(rows, (_, i) => startAt + i * 1_000_000)
        const tenths = measuredAt.map((time, i) => Math.floor(time / 100_000) + ((i * 7) % 3 === 0 ? 2 : 1))
        const block: Versions = {
          count: rows.length,
          measuredAt,
          value: Float64Array.from(rows, (row) => row[column]!),
          quality: new Uint8Array(rows.length),
          received: tenths,
          stored: tenths,
        }
        const packed = encodeSampleBlock(block)
        bytes += packed.length
        expect(decodeSampleBlock(packed)).toEqual(block)
      }
      expect(bytes / (rows.length * 4)).toBeLessThan(2.5)
    },
  )
})
