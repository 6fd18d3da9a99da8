/** Proofs that stand by themselves (c2sp.org/tlog-proof): the way from a leaf to the root, and the signed checkpoint. */
import { base64, fromBase64 } from '../bytes.ts'
import { type Hash, hashBytes } from '../merkle/hash.ts'
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { noteText } from './note.ts'

export interface TlogProof extends SignedCheckpoint {
  readonly index: number
  readonly hashes: readonly Hash[]
}

const header = 'c2sp.org/tlog-proof@v1'

export function tlogProofText({ index, hashes, note }: TlogProof): string {
  return [header, `index ${index}`, ...hashes.map(base64), '', noteText(note)].join('\n')
}

/** Undefined where it is none. Says nothing of its truth. */
export function parseTlogProof(source: string): TlogProof | undefined {
  const end = source.indexOf('\n\n')
  const signed = end < 0 ? undefined : parseCheckpoint(source.slice(end + 2))
  const [first, ...lines] = source.slice(0, end).split('\n')
  if (lines[0]?.startsWith('extra ')) lines.shift()
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1]
  const hashes = lines.map(fromBase64).filter((hash) => hash?.length === hashBytes) as Hash[]
  if (first !== header || !signed || index === undefined || hashes.length !== lines.length) return undefined
  return { ...signed, index: Number(index), hashes }
}
