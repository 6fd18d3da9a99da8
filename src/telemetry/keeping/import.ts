import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { emptyJournal } from './erasure.ts'
import { ImportReader } from './import-reader.ts'
import { type Piece, writePieces } from './import-write.ts'
import type { TelemetryMemory } from './model.ts'

export interface ImportDeps {
  readonly db: Database
  readonly clock: Clock
  readonly memory: TelemetryMemory
  seriesId(patient: string, device: string, metric: string): Promise<number>
  compactAll(): Promise<{ readonly journalRows: number }>
}

export interface ImportResult {
  readonly export: string
  readonly lines: number
  readonly readings: number
}

/** Blocks of one transaction, and what their data may come to. */
const stepBlocks = 200
const stepBytes = 4 << 20

/**
 * Reads an export into a patient's telemetry. What is durable is noted with its last line in the same transaction, so that
 * an import that was cut off goes on from there when the same file is sent again; and one that is repeated changes nothing.
 */
export async function importPatient(
  deps: ImportDeps,
  order: { readonly patient: string; readonly by: string },
  lines: AsyncIterable<string>,
): Promise<ImportResult> {
  await deps.memory.settled()
  await emptyJournal(deps)
  const reader = new ImportReader(deps, order.patient)
  let pieces: Piece[] = []
  let bytes = 0
  const write = async (done: boolean) => {
    const batch = pieces
    pieces = []
    bytes = 0
    const key = { export: reader.header.export, patient: order.patient, by: order.by, at: deps.clock.now() }
    await writePieces(deps, key, batch, { lines: reader.line, readings: reader.readings, done })
  }
  for await (const text of lines) {
    const piece = await reader.take(text)
    if (piece) {
      pieces.push(piece)
      bytes += text.length
    }
    if (pieces.length >= stepBlocks || bytes >= stepBytes) await write(false)
  }
  reader.demandEnd()
  await write(true)
  return { export: reader.header.export, lines: reader.line, readings: reader.readings }
}
