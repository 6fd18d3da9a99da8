import { isoFromMicros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import { decodeWaveformBlock, encodeWaveformBlock } from '../codec/waveforms.ts'
import type { Series } from '../model.ts'
import { journalKind } from '../store/journal-store.ts'
import { emptyJournal } from './erasure.ts'
import { exportFormat, exportVersion, writeLine } from './export-format.ts'
import { keepingProblems } from './problems.ts'
import { type ExportedBlock, readBlocksAfter } from './store/transfer-store.ts'

export interface ExportDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  settled(): Promise<void>
  compactAll(): Promise<{ readonly journalRows: number }>
  seriesOfPatient(patient: string): readonly Series[]
}

const page = 100
const kindNames = new Map([
  [journalKind.samples, 'samples'],
  [journalKind.waveforms, 'waveform'],
] as const)

/**
 * Everything acknowledged before, line by line; whoever reads sets the pace. Series are numbered by metric and device and
 * not as here, so that the export of an import is the same.
 */
export async function* exportPatient(deps: ExportDeps, patient: string): AsyncGenerator<string> {
  const series = [...deps.seriesOfPatient(patient)].sort(
    (a, b) => compare(a.metric, b.metric) || compare(a.device, b.device),
  )
  if (series.length === 0) throw keepingProblems.nothingThere()
  await deps.settled()
  await emptyJournal(deps)
  yield writeLine({
    ...{ type: 'header', format: exportFormat, version: exportVersion, export: deps.random.uuid() },
    ...{ patient, exportedAt: isoFromMicros(deps.clock.now()) },
  })
  const total = { series: series.length, blocks: 0, readings: 0 }
  for (const [i, { id, device, metric }] of series.entries()) {
    yield writeLine({ type: 'series', series: i + 1, device, metric })
    for (const [kind, name] of kindNames) {
      for await (const block of blocksOf(deps.db, kind, id)) {
        const { periodStart, readings } = block
        const data = portable(kind, i + 1, block.payload).toString('base64')
        yield writeLine({ type: 'block', series: i + 1, kind: name, periodStart, readings, data })
        total.blocks++
        total.readings += readings
      }
    }
  }
  yield writeLine({ type: 'end', ...total })
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

async function* blocksOf(db: Database, kind: number, series: number): AsyncGenerator<ExportedBlock> {
  for (let after = -1; ; ) {
    const blocks = await readBlocksAfter(db, kind, series, after, page)
    yield* blocks
    if (blocks.length < page) return
    after = blocks.at(-1)!.periodStart
  }
}

/** Chunks of waveform carry the number of their series. */
const portable = (kind: number, series: number, payload: Buffer): Buffer =>
  kind === journalKind.samples
    ? payload
    : encodeWaveformBlock(decodeWaveformBlock(payload).map((chunk) => ({ ...chunk, series })))
