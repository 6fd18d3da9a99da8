/** Checkpoints (c2sp.org/tlog-checkpoint): what the log says it holds, as the text of a signed note. */
import { isoFromMicros, type Micros, microsFromIso } from '../../kernel/time.ts'
import { base64, fromBase64 } from '../bytes.ts'
import { type Hash, hashBytes } from '../merkle/hash.ts'
import { parseNote, type SignedNote } from './note.ts'

export interface Checkpoint {
  /** Which log. */
  readonly origin: string
  /** How many leaves. */
  readonly size: number
  readonly root: Hash
  /** When it was signed, in an extension line `time …`; other logs' checkpoints have none. */
  readonly time: Micros | undefined
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly note: SignedNote
}

const sizePattern = /^(0|[1-9]\d{0,15})$/

export function checkpointText({ origin, size, root, time }: Checkpoint): string {
  const extension = time === undefined ? '' : `time ${isoFromMicros(time)}\n`
  return `${origin}\n${size}\n${base64(root)}\n${extension}`
}

/** Undefined where the note's text is no checkpoint. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const [origin, size, rootText, ...rest] = text.split('\n')
  const root = rootText === undefined ? undefined : fromBase64(rootText)
  if (!origin || size === undefined || !sizePattern.test(size) || root?.length !== hashBytes) return undefined
  const extensions = rest.slice(0, -1)
  if (rest.at(-1) !== '' || extensions.includes('')) return undefined
  const timeLine = extensions.find((line) => line.startsWith('time '))
  return {
    origin,
    size: Number(size),
    root,
    time: timeLine === undefined ? undefined : microsFromIso(timeLine.slice('time '.length)),
  }
}

/** Undefined where it is no signed checkpoint. Says nothing of its signatures: see `verifyNote`. */
export function parseCheckpoint(source: string): SignedCheckpoint | undefined {
  const note = parseNote(source)
  const checkpoint = note && parseCheckpointText(note.text)
  return note && checkpoint && { checkpoint, note }
}
