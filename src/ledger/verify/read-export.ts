/** An export as it is read: line by line, each parsed before it is believed. */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import {
  type About,
  aboutSchema,
  checkpointSchema,
  exportFiles,
  type LeafLine,
  leafSchema,
  type UnloggedLine,
  unloggedSchema,
} from '../export/format.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../note/checkpoint.ts'
import { parseVkey, type VerifierKey } from '../note/vkey.ts'
import { problems } from '../problems.ts'

export interface LedgerExport {
  readonly about: About
  /** Those that the export brings along. */
  readonly vkeys: readonly VerifierKey[]
  readonly checkpoints: readonly SignedCheckpoint[]
  leaves(): AsyncIterable<LeafLine>
  unlogged(): AsyncIterable<UnloggedLine>
}

/** @throws ProblemError where the folder is no export, or a line of it cannot be read */
export async function openExport(folder: string): Promise<LedgerExport> {
  const text = await readFile(join(folder, exportFiles.about), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw problems.badExport(
        folder,
        `holds no ${exportFiles.about}: it is no export of a ledger, or one that was broken off`,
      )
    },
  )
  const about = parsed(aboutSchema, text, exportFiles.about)
  const checkpoints: SignedCheckpoint[] = []
  for await (const { note } of lines(folder, exportFiles.checkpoints, checkpointSchema)) {
    const signed = parseCheckpoint(note)
    if (!signed)
      throw problems.badExport(exportFiles.checkpoints, `line ${checkpoints.length + 1} is no checkpoint`)
    checkpoints.push(signed)
  }
  const vkeys = parseVkeys(await readFile(join(folder, exportFiles.vkeys), 'utf8'), exportFiles.vkeys)
  return {
    ...{ about, vkeys, checkpoints },
    leaves: () => lines(folder, exportFiles.leaves, leafSchema),
    unlogged: () => lines(folder, exportFiles.unlogged, unloggedSchema),
  }
}

/** @throws ProblemError where a line is no vkey */
export function parseVkeys(text: string, where: string): VerifierKey[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const key = parseVkey(line)
      if (key) return key
      throw problems.badExport(where, `"${line.slice(0, 80)}" is no vkey of an Ed25519 key (name+hash+key)`)
    })
}

function parsed<T>(schema: z.ZodType<T>, text: string, where: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw problems.badExport(where, 'is not JSON')
  }
  const found = schema.safeParse(value)
  if (found.success) return found.data
  const issue = found.error.issues[0]!
  throw problems.badExport(where, `${issue.path.join('.')}: ${issue.message}`)
}

async function* lines<T>(folder: string, file: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const input = createReadStream(join(folder, file), 'utf8')
  let at = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    at++
    if (line !== '') yield parsed(schema, line, `${file} line ${at}`)
  }
}
