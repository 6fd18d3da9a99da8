/**
 * Checkpoints against the leaves: whether the log is what was signed, whether it still reaches as far, and whether
 * two were signed that cannot both be true.
 */
import { type Hash, sameHash } from '../merkle/hash.ts'
import type { SignedCheckpoint } from '../note/checkpoint.ts'
import { verifyNote } from '../note/note.ts'
import type { VerifierKey } from '../note/vkey.ts'
import { type Finding, when } from './finding.ts'

/** A checkpoint and where it is from: the export itself, or a file that someone kept elsewhere. */
export interface Witnessed extends SignedCheckpoint {
  readonly from: string
  readonly kept: 'in the export' | 'elsewhere'
}

export const nameOf = ({ checkpoint, from, kept }: Witnessed): string => {
  const signed = checkpoint.time === undefined ? '' : `, signed ${when(checkpoint.time)}`
  return `the checkpoint of size ${checkpoint.size}${signed}${kept === 'elsewhere' ? ` (${from})` : ''}`
}

/** By size; of one size the earlier first. */
export const bySize = (checkpoints: readonly Witnessed[]): Witnessed[] =>
  [...checkpoints].sort(
    ({ checkpoint: a }, { checkpoint: b }) => a.size - b.size || (a.time ?? 0) - (b.time ?? 0),
  )

/** Those that are signed as they must be; the others are named. */
export async function signedOnes(
  checkpoints: readonly Witnessed[],
  keys: readonly VerifierKey[],
  origin: string,
): Promise<{ readonly good: readonly Witnessed[]; readonly findings: readonly Finding[] }> {
  const good: Witnessed[] = []
  const findings: Finding[] = []
  for (const one of checkpoints) {
    const why = await faultOf(one, keys, origin)
    if (why === undefined) good.push(one)
    else findings.push({ kind: 'unsigned', leaf: one.checkpoint.size, words: `${nameOf(one)} ${why}` })
  }
  return { good, findings }
}

async function faultOf(
  { note, checkpoint }: Witnessed,
  keys: readonly VerifierKey[],
  origin: string,
): Promise<string | undefined> {
  if (checkpoint.origin !== origin) return `is of another log, ${checkpoint.origin}`
  const { good, bad } = await verifyNote(note, keys)
  if (bad[0]) return `has a signature of ${bad[0].name} that does not hold`
  if (good.length === 0) return 'is not signed by any of the known keys'
  return undefined
}

/** Times of checkpoints must rise with their sizes. */
export function datingFaults(sorted: readonly Witnessed[]): Finding[] {
  const findings: Finding[] = []
  let latest: Witnessed | undefined
  for (const one of sorted) {
    const { time, size } = one.checkpoint
    const before = latest?.checkpoint.time
    if (time === undefined) continue
    if (latest && before !== undefined && time < before && latest.checkpoint.size < size)
      findings.push({
        kind: 'back-dated',
        leaf: size,
        words: `${nameOf(one)} is back-dated: ${nameOf(latest)} is smaller and yet later`,
      })
    else latest = one
  }
  return findings
}

/** Compares each checkpoint with the tree as it grows past it. */
export class CheckpointWalk {
  readonly findings: Finding[] = []
  #waiting: Witnessed[]
  #agreed: Witnessed | undefined

  constructor(sorted: readonly Witnessed[]) {
    this.#waiting = [...sorted]
  }

  /** The newest checkpoint that the leaves so far agree with. */
  get agreed(): Witnessed | undefined {
    return this.#agreed
  }

  /** The first that covers the leaf after those so far. */
  get next(): Witnessed | undefined {
    return this.#waiting[0]
  }

  reached(size: number, root: () => Hash): void {
    for (let one = this.#waiting[0]; one?.checkpoint.size === size; one = this.#waiting[0]) {
      this.#waiting.shift()
      if (sameHash(one.checkpoint.root, root())) this.#agreed = one
      else this.findings.push(this.#differs(one))
    }
  }

  /** After the last leaf: what was signed and is no longer there. */
  ended(size: number): void {
    const [first] = this.#waiting
    const last = this.#waiting.at(-1)
    if (!first || !last) return
    const gone = last.checkpoint.size - size
    this.findings.push({
      kind: 'removed',
      leaf: size,
      words: `the log ends after ${size} leaves, but ${nameOf(last)} says there were ${last.checkpoint.size}: the last ${gone === 1 ? 'one was' : `${gone} were`} removed`,
    })
  }

  #differs(one: Witnessed): Finding {
    const { size } = one.checkpoint
    const since = this.#agreed?.checkpoint.size ?? 0
    const span = since + 1 === size ? `leaf ${since}` : `the leaves ${since} to ${size - 1}`
    const agree = this.#agreed ? `; up to leaf ${since - 1} both agree` : ''
    if (one.kept === 'elsewhere')
      return {
        kind: 'fork',
        leaf: size - 1,
        words: `this log is a fork: ${nameOf(one)} has another root for its first ${size} leaves, and both are signed by the log's key; they part among ${span}${agree}`,
      }
    return {
      kind: 'altered',
      leaf: size - 1,
      words: `${span} are not what ${nameOf(one)} signed${agree}`,
    }
  }
}
