import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { type Recording, RecordingError } from '../recording.ts'
import { readCsv } from './csv.ts'
import { readEdf } from './edf.ts'
import { readWfdb } from './wfdb/record.ts'

const readers: Readonly<Record<string, (path: string) => Promise<Recording>>> = {
  '.hea': readWfdb,
  '.edf': readEdf,
  '.bdf': readEdf,
  '.csv': readCsv,
}

/** Reads a recording by its ending; a WFDB record may also be named by its `.dat` or without an ending. */
export async function readRecording(path: string): Promise<Recording> {
  const ending = extname(path).toLowerCase()
  const reader = readers[ending]
  if (reader) {
    if (!existsSync(path)) throw new RecordingError(path, 'does not exist')
    return reader(path)
  }
  const header = ending === '.dat' || ending === '.mat' ? `${path.slice(0, -4)}.hea` : `${path}.hea`
  if (existsSync(header)) return readWfdb(header)
  throw new RecordingError(
    path,
    `is of no kind known here; known are WFDB (.hea with .dat), ${Object.keys(readers).slice(1).join(', ')}`,
  )
}
