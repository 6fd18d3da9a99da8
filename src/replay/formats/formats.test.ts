import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toInt16 } from '../int16.ts'
import type { Recording } from '../recording.ts'
import { readRecording } from './index.ts'
import { parseWfdbHeader } from './wfdb/header.ts'

const recordings = process.env['VITALWIRE_RECORDINGS']
const ecg = join(recordings ?? '', '01-ecg')
const needsRecordings = (name: string, run: () => Promise<void>) =>
  it(name, async ({ skip }) => {
    if (!recordings) skip('VITALWIRE_RECORDINGS names no folder of recordings')
    await run()
  })

const physical = (recording: Recording, signal: number): Float64Array => {
  const piece = recording.waves[signal]!
  return Float64Array.from(piece.samples, (sample) => sample * piece.scale + piece.offset)
}

describe('int16 pieces', () => {
  it('keep whole numbers exactly where they span at most 65,536 steps, and within half a step beyond', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }), { minLength: 1 }), (values) => {
        const piece = toInt16(Int32Array.from(values), 0.5, 3)
        const step = piece.scale
        values.forEach((value, i) => {
          const back = piece.samples[i]! * piece.scale + piece.offset
          expect(Math.abs(back - (value * 0.5 + 3))).toBeLessThanOrEqual(step === 0.5 ? 0 : step / 2 + 1e-9)
        })
      }),
    )
  })
})

describe('CSV', () => {
  const cases: [name: string, text: string, check: (recording: Recording) => void][] = [
    [
      'reads evenly spaced columns at 1 Hz as single readings, empty cells left out',
      'Time [s],HR,SpO2 [%]\n0,70,97\n1,,96\n2,72,NaN\n',
      (r) => {
        expect(r.numbers.map((c) => [c.signal, c.unit, [...c.timesS], [...c.values]])).toEqual([
          ['HR', '', [0, 2], [70, 72]],
          ['SpO2', '%', [0, 1], [97, 96]],
        ])
      },
    ],
    [
      'reads dates and keeps when it began',
      'time,glucose (mg/dL)\n2015-06-06 21:50:27,153\n2015-06-06 22:05:27,137\n',
      (r) => {
        expect(r.startedAt).toBe(Date.UTC(2015, 5, 6, 21, 50, 27) * 1_000)
        expect([...r.numbers[0]!.timesS]).toEqual([0, 900])
      },
    ],
    [
      'reads columns whose times are rounded to five digits as the waveforms they are',
      `Time [s],RESP\n${Array.from({ length: 20_000 }, (_, i) => `${Number((i * 0.008).toPrecision(5))},0.5`).join('\n')}\n`,
      (r) => {
        expect(r.numbers).toEqual([])
        expect(r.waves.map((wave) => [wave.signal, wave.rateHz, wave.samples.length])).toEqual([
          ['RESP', 125, 20_000],
        ])
      },
    ],
    [
      'reads readings at odd times as readings',
      'Time [s],HR\n0.1,70\n0.2,71\n0.5,72\n0.6,73\n1.1,74\n1.2,75\n1.4,76\n1.9,77\n2.1,78\n',
      (r) => {
        expect(r.waves).toEqual([])
        expect(r.numbers[0]!.values.length).toBe(9)
      },
    ],
    [
      'reads columns faster than two readings a second as waveforms with every decimal',
      `Time [s],PLETH\n${Array.from({ length: 20 }, (_, i) => `${(i * 0.008).toFixed(3)},${(0.43597 + i * 0.00001).toFixed(5)}`).join('\n')}\n`,
      (r) => {
        expect(r.waves[0]!.rateHz).toBe(125)
        expect(physical(r, 0)[3]).toBeCloseTo(0.436, 10)
      },
    ],
  ]
  cases.push([
    'keeps the even grid of a recorder that rounds its times to hundredths',
    `Time [s],II\n${Array.from({ length: 2_000 }, (_, i) => `${(100 + i * 0.008).toFixed(2)},${(i % 7) / 10}`).join('\n')}\n`,
    (r) => {
      expect(r.waves.map((wave) => [wave.signal, Math.round(wave.rateHz), wave.samples.length])).toEqual([
        ['II', 125, 2_000],
      ])
    },
  ])
  it.each(cases)('%s', async (_, text, check) => {
    const path = join(await mkdtemp(join(tmpdir(), 'csv-')), 'x.csv')
    await writeFile(path, text)
    check(await readRecording(path))
  })
  it('says which header it found where there is no time column', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'csv-')), 'x.csv')
    await writeFile(path, '1.5\n1.6\n')
    await expect(readRecording(path)).rejects.toThrow('no time column; its header is "1.5"')
  })
})

describe('WFDB', () => {
  needsRecordings(
    'has the checksum of every signal of the arrhythmia database as its header says',
    async () => {
      const records = readdirSync(join(ecg, 'mitdb')).filter((file) => file.endsWith('.hea'))
      for (const file of records.slice(0, 8)) {
        const path = join(ecg, 'mitdb', file)
        const header = parseWfdbHeader(await readFile(path, 'latin1'), path)
        const recording = await readRecording(path)
        header.signals.forEach((signal, i) => {
          const piece = recording.waves[i]!
          let sum = 0
          for (const sample of piece.samples) sum = (sum + sample) | 0
          expect((sum << 16) >> 16, `${file} signal ${i}`).toBe((signal.checksum! << 16) >> 16)
        })
        expect(recording.events.some((event) => event.kind === 'rhythm')).toBe(true)
      }
    },
  )

  needsRecordings('reads every sample format as the reference reader does', async () => {
    const path = join(ecg, 'wfdb_python_samples', 'binformats.hea')
    const header = parseWfdbHeader(await readFile(path, 'latin1'), path)
    const recording = await readRecording(path)
    const target = gunzipSync(await readFile(join(ecg, 'wfdb_python_targets', 'record-1f.gz'))).toString(
      'utf8',
    )
    const rows = target
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
    header.signals.forEach((signal, i) => {
      const piece = recording.waves.filter((wave) => wave.signal === signal.description)[0]!
      const first = Math.round(piece.startS * piece.rateHz)
      for (let at = 0; at < Math.min(400, piece.samples.length); at++) {
        const expected = (rows[first + at]![i]! - signal.baseline) / signal.gain
        const value = piece.samples[at]! * piece.scale + piece.offset
        expect(Math.abs(value - expected), `${signal.description} sample ${at}`).toBeLessThanOrEqual(
          piece.scale / 2 + 1e-9,
        )
      }
    })
  })

  needsRecordings(
    'keeps the gaps of a record of many segments, and says which segments are not there',
    async () => {
      const folder = join(recordings!, '02-bedside', 'mimic_multisegment', 's25047')
      const recording = await readRecording(join(folder, 's25047-2704-05-04-10-44.hea'))
      expect(recording.waves.length).toBeGreaterThan(1)
      const first = Math.min(...recording.waves.map((wave) => wave.startS))
      expect(first).toBe(25_740 / 125)
      const numerics = await readRecording(join(folder, 's25047-2704-05-04-10-44n.hea'))
      expect(numerics.waves).toEqual([])
      expect(numerics.numbers.map((column) => column.signal)).toContain('HR')
    },
  )

  it('refuses a header that is none, with its first line', () => {
    expect(() => parseWfdbHeader('hello world', 'x.hea')).toThrow('not a WFDB header: "hello world"')
  })
})

describe('EDF', () => {
  needsRecordings('reads signals at their own rates, and annotations in UTF-8', async () => {
    const recording = await readRecording(join(ecg, 'edf', 'EDF', 'test_utf8_annotations.edf'))
    expect(recording.waves.length).toBe(11)
    expect(recording.durationS).toBe(10)
    expect(recording.events.map((event) => event.label).join(' ')).toMatch(/[^ -~]/)
  })
  needsRecordings('reads 24-bit BDF', async () => {
    const recording = await readRecording(join(ecg, 'edf', 'BDF', 'test_bdf_stim_channel.bdf'))
    expect(recording.waves.map((wave) => wave.signal)).toEqual(['C3', 'C4', 'Cz', 'Status'])
  })
})
