/**
 * `$VITALWIRE_HOME/demo-history.json`: up to when the simulated devices of a new demo remember, and whether they have
 * told it all. A start that was broken off makes the same readings again, and telemetry knows those it has; a demo that
 * has its past gets no second one, so the time when the server stood still stays a gap.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { readDemoCredentials } from './credentials.ts'

const written = z.object({ untilS: z.number(), hours: z.int(), sent: z.boolean() })

/** What is still to be told. */
export interface DemoHistory {
  readonly hours: number
  /** Seconds since 1970. */
  readonly untilS: number
}

const historyHours = 24
/** A past that was not told within so long is not finished any more. */
const finishedWithinS = 24 * 3_600
const fileIn = (home: string) => join(home, 'demo-history.json')

/** Call before the demo is seeded: a demo that is there already, and has no such file, has no past to tell. */
export async function openDemoHistory(home: string, clock: Clock): Promise<DemoHistory | undefined> {
  const nowS = Math.floor(clock.now() / 1_000_000)
  const known = await readHistory(home)
  if (known) return known.sent || nowS - known.untilS > finishedWithinS ? undefined : known
  const demo = await readDemoCredentials(home)
  if (demo && demo.devices.length > 0) return undefined
  const history = { untilS: nowS, hours: historyHours }
  await writeHistory(home, { ...history, sent: false })
  return history
}

export const noteHistorySent = (home: string, history: DemoHistory): Promise<void> =>
  writeHistory(home, { ...history, sent: true })

async function readHistory(home: string): Promise<z.infer<typeof written> | undefined> {
  try {
    return written.parse(JSON.parse(await readFile(fileIn(home), 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function writeHistory(home: string, history: z.infer<typeof written>): Promise<void> {
  const draft = `${fileIn(home)}.new`
  await writeFile(draft, `${JSON.stringify(history)}\n`, { mode: 0o600 })
  await rename(draft, fileIn(home))
}
