/** The files of an export, and the form of their lines. What reads them trusts nothing of what they say. */
import { z } from 'zod'
import { fromBase64 } from '../bytes.ts'
import { saltBytes } from '../commitment.ts'
import { hashBytes } from '../merkle/hash.ts'

export const exportFormat = 'vitalwire-ledger-export/1'

export const exportFiles = {
  about: 'ledger.json',
  /** One vkey a line. */
  vkeys: 'vkeys',
  /** A line a leaf, in their order. */
  leaves: 'leaves.ndjson',
  /** Signed notes in the order of their time. */
  checkpoints: 'checkpoints.ndjson',
  /** Rows of the database that no leaf names: there should be none. */
  unlogged: 'unlogged.ndjson',
  /** The newest signed note, to be kept elsewhere. */
  newest: 'checkpoint',
} as const

const base64 = z.string().transform((text, context) => {
  const bytes = fromBase64(text)
  if (bytes) return bytes
  context.addIssue({ code: 'custom', message: 'must be base64' })
  return z.NEVER
})
const bytesOf = (length: number) =>
  base64.refine((bytes) => bytes.length === length, `must be ${length} bytes in base64`)
const count = z.number().int().min(0)

export const aboutSchema = z.object({
  format: z.literal(exportFormat),
  origin: z.string(),
  exportedAtUs: count,
  leaves: count,
  /** Rows whose leaves had no number yet. */
  pending: count,
})
export type About = z.infer<typeof aboutSchema>

const rowSchema = z.object({ atUs: count, patients: z.array(z.string()), content: z.string() })

export const leafSchema = z.object({
  leaf: count,
  /** The leaf's data; absent where the database has none any more. */
  commitment: bytesOf(hashBytes).optional(),
  /** The leaf's hash as the tree's lowest tile has it. */
  hash: bytesOf(hashBytes).optional(),
  /** Absent: erased, or taken away. */
  entry: z
    .object({
      kind: z.enum(['resource', 'audit', 'ledger']),
      key: z.string(),
      atUs: count,
      patients: z.array(z.string()),
      adopted: z.boolean(),
      digest: bytesOf(hashBytes),
      salt: bytesOf(saltBytes),
    })
    .optional(),
  /** The row as the database held it when the export was written; absent: there was none. */
  row: rowSchema.optional(),
})
export type LeafLine = z.infer<typeof leafSchema>

export const checkpointSchema = z.object({ note: z.string() })
export const unloggedSchema = z.object({ kind: z.string(), key: z.string(), atUs: count })
export type UnloggedLine = z.infer<typeof unloggedSchema>
