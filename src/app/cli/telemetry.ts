/** `vitalwire telemetry …`: a patient's telemetry out of this server, into it, and out of the world. */
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ErasureView } from '../../telemetry/contract.ts'
import type { ServerApi } from './server-api.ts'
import { UsageError } from './usage.ts'

export const telemetryUsage = `vitalwire telemetry export PATIENT FILE
vitalwire telemetry import FILE [--patient ID]      into the patient of the export, or another
vitalwire telemetry erase PATIENT --reason TEXT --confirm PATIENT [--rewrite-files]
  --rewrite-files   writes the tables anew, so that nothing is left in their files; they are locked meanwhile`

const contentType = 'application/x-ndjson'
const pollMs = 500
/** The server takes an upload for a minute at most; a longer one is sent again and goes on where it was. */
const mostUploads = 100
const headerBytes = 4_096

const pathOf = (patient: string, action: string): string =>
  `/api/patients/${encodeURIComponent(patient.replace(/^Patient\//, ''))}/telemetry-${action}`

async function exportTo(api: ServerApi, patient: string, file: string): Promise<void> {
  const partial = `${file}.part`
  const body = await api.download(pathOf(patient, 'export'))
  await pipeline(Readable.fromWeb(body as never), createWriteStream(partial, { mode: 0o600 }))
  await rename(partial, file)
  console.log(`${file} written; it holds what was measured of the patient: keep it as you keep the record`)
}

/** The patient that the export's first line names. */
async function patientOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n', 1)
    const { patient } = JSON.parse(line) as { patient?: unknown }
    if (typeof patient === 'string') return patient
  } catch {
    // Said below: whatever is wrong with it, its first line names no patient.
  } finally {
    await handle.close()
  }
  throw new Error(`${file} does not begin as an export does; name the patient with --patient ID`)
}

interface Imported {
  readonly lines: number
  readonly readings: number
}

async function importFrom(api: ServerApi, file: string, patient: string): Promise<void> {
  for (let uploads = 1; ; uploads++) {
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>
    try {
      const { lines, readings } = await api.upload<Imported>(pathOf(patient, 'import'), contentType, body)
      console.log(`${readings} readings and chunks of waveform imported from ${lines} lines`)
      return
    } catch (error) {
      // `fetch` says so of a connection that was cut; a refusal is another error.
      if (!(error instanceof TypeError) || uploads === mostUploads) throw error
    }
  }
}

async function erase(
  api: ServerApi,
  patient: string,
  order: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = `/api/patients/${encodeURIComponent(patient)}/erase-telemetry`
  let erasure = await api.post<ErasureView>(path, order)
  while (erasure.state === 'running') {
    await delay(pollMs)
    erasure = await api.get<ErasureView>(`/api/storage/erasures/${erasure.id}`)
  }
  const files =
    erasure.files === 'rewritten'
      ? 'nothing is left in the files of the tables'
      : 'freed space in the files is overwritten as it is used again'
  console.log(`${erasure.readings} readings in ${erasure.series} series erased; ${files}`)
}

export async function telemetry(args: readonly string[], api: ServerApi): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      patient: { type: 'string' },
      reason: { type: 'string' },
      confirm: { type: 'string' },
      'rewrite-files': { type: 'boolean' },
    },
  })
  const [action, first, second] = positionals
  if (!first) throw new UsageError('say what to do, and with what', telemetryUsage)
  switch (action) {
    case 'export':
      if (!second) throw new UsageError('name the file to write', telemetryUsage)
      await exportTo(api, first, second)
      return 0
    case 'import':
      await importFrom(api, first, values.patient ?? (await patientOf(first)))
      return 0
    case 'erase': {
      const { reason, confirm, 'rewrite-files': rewriteFiles } = values
      if (!reason || !confirm) throw new UsageError('erasing needs --reason and --confirm', telemetryUsage)
      await erase(api, first, { reason, confirm, ...(rewriteFiles === undefined ? {} : { rewriteFiles }) })
      return 0
    }
    default:
      throw new UsageError(`there is no telemetry ${action}`, telemetryUsage)
  }
}
