import type { Database } from '../../platform/postgres/database.ts'
import { decodeSampleBlock } from '../codec/sample-block.ts'
import { decodeWaveformBlock } from '../codec/waveforms.ts'
import { endOfTime, samplePeriod, wavePeriod } from '../periods.ts'
import { countReadings } from '../versions.ts'
import { type BlockLine, type ExportLine, type HeaderLine, readLine } from './export-format.ts'
import type { Piece } from './import-write.ts'
import { keepingProblems } from './problems.ts'
import { findImport } from './store/transfer-store.ts'

export interface ReaderDeps {
  readonly db: Database
  seriesId(patient: string, device: string, metric: string): Promise<number>
}

/** Goes through the lines in order and knows what each must be. */
export class ImportReader {
  readonly #deps: ReaderDeps
  readonly #patient: string
  readonly #series = new Map<number, number>()
  /** Where each series' blocks of a kind have come to. */
  readonly #reached = new Map<string, number>()
  #header: HeaderLine | undefined
  #ended = false
  #skipLines = 0
  #blocks = 0
  line = 0
  readings = 0
  constructor(deps: ReaderDeps, patient: string) {
    this.#deps = deps
    this.#patient = patient
  }

  get header(): HeaderLine {
    if (!this.#header) throw keepingProblems.badExport(1, 'the header is missing')
    return this.#header
  }

  async take(text: string): Promise<Piece | undefined> {
    this.line++
    const content = readLine(text, this.line)
    if (this.#ended) throw keepingProblems.badExport(this.line, 'comes after the end')
    if ((content.type === 'header') !== (this.line === 1)) {
      throw keepingProblems.badExport(this.line, 'the header must be the first line, and no other')
    }
    return this.#takeContent(content)
  }

  demandEnd(): void {
    if (!this.#ended) throw keepingProblems.badExport(this.line + 1, 'is missing: the file was cut off')
  }

  async #takeContent(content: ExportLine): Promise<Piece | undefined> {
    switch (content.type) {
      case 'header': {
        this.#header = content
        const before = await findImport(this.#deps.db, content.export, this.#patient)
        this.#skipLines = before && !before.done ? before.lines : 0
        return undefined
      }
      case 'series': {
        const { series, device, metric } = content
        const id = await this.#deps.seriesId(this.#patient, device, metric)
        if (this.#series.has(series) || [...this.#series.values()].includes(id)) {
          throw keepingProblems.badExport(this.line, 'names a series twice')
        }
        this.#series.set(series, id)
        return undefined
      }
      case 'block':
        return this.#takeBlock(content)
      case 'end':
        this.#ended = true
        if (content.blocks !== this.#blocks || content.readings !== this.readings) {
          throw keepingProblems.badExport(this.line, 'counts other blocks or readings than there were')
        }
        return undefined
    }
  }

  #takeBlock(block: BlockLine): Piece | undefined {
    const series = this.#series.get(block.series)
    if (series === undefined)
      throw keepingProblems.badExport(this.line, `series ${block.series} is not known`)
    const reached = `${series} ${block.kind}`
    if (block.periodStart <= (this.#reached.get(reached) ?? -1)) {
      throw keepingProblems.badExport(this.line, 'blocks of a series are not in the order of time')
    }
    this.#reached.set(reached, block.periodStart)
    this.#blocks++
    this.readings += block.readings
    if (this.line <= this.#skipLines) return undefined
    try {
      return openBlock(series, block)
    } catch (error) {
      throw keepingProblems.badExport(this.line, (error as Error).message)
    }
  }
}

function openBlock(series: number, { kind, periodStart, data, readings }: BlockLine): Piece {
  const payload = Buffer.from(data, 'base64')
  if (kind === 'samples') {
    const versions = decodeSampleBlock(payload)
    demandInside(periodStart, samplePeriod, versions.measuredAt)
    if (countReadings(versions) !== readings) throw new Error('it counts other readings than it holds')
    return { series, periodStart, kind, versions }
  }
  const chunks = decodeWaveformBlock(payload).map((chunk) => ({ ...chunk, series }))
  const starts = chunks.map((chunk) => chunk.startAt)
  demandInside(periodStart, wavePeriod, starts)
  return { series, periodStart, kind, chunks }
}

function demandInside(periodStart: number, period: number, times: ArrayLike<number>): void {
  const wrong = (text: string) => new Error(text)
  if (periodStart % period !== 0 || periodStart >= endOfTime) throw wrong('its period begins at no such time')
  if (times.length === 0) throw wrong('the block is empty')
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!
    if (time < periodStart || time >= periodStart + period) throw wrong('a time lies outside its period')
    if (i > 0 && time < times[i - 1]!) throw wrong('its times are not in order')
  }
}
