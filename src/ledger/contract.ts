/** What a reader of the log needs to check it: pure, and the same in a browser as in Node. */
export { base64, equalBytes, fromBase64, fromHex, hex } from './bytes.ts'

import type { LeafKind } from './commitment.ts'

export { commitment, contentDigest, type LeafKind, type LeafOpening } from './commitment.ts'
export { emptyRoot, type Hash, leafHash, nodeHash, sameHash } from './merkle/hash.ts'
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from './merkle/verify.ts'
export {
  type Checkpoint,
  checkpointText,
  parseCheckpoint,
  parseCheckpointText,
  type SignedCheckpoint,
} from './note/checkpoint.ts'
export {
  type NoteSignature,
  type NoteVerdict,
  noteText,
  parseNote,
  type SignedNote,
  verifyNote,
} from './note/note.ts'
export { parseTlogProof, type TlogProof } from './note/tlog-proof.ts'
export { parseVkey, type VerifierKey, vkeyText } from './note/vkey.ts'

/** `GET /ledger/proof` with `Accept: application/json`. */
export interface ProofView {
  readonly index: number
  readonly size: number
  /** base64, the leaf's sibling first. */
  readonly hashes: readonly string[]
  /** base64 of the leaf's data. */
  readonly leaf: string
  /** The signed note, as text. */
  readonly checkpoint: string
  /** Asked by key, by someone who may read the row: what the leaf commits to. */
  readonly entry?: EntryView
}

export interface EntryView {
  readonly kind: LeafKind
  readonly key: string
  readonly atUs: number
  readonly patients: readonly string[]
  readonly adopted: boolean
  /** base64 */
  readonly salt: string
  /** The stored text, as it is in the database now; absent where the row is gone. */
  readonly content?: string
}

/** `GET /ledger/consistency?from=&to=` */
export interface ConsistencyView {
  readonly from: number
  readonly to: number
  /** base64 */
  readonly hashes: readonly string[]
}

/** `GET /ledger/anchors`: where checkpoints were laid down outside of this house's power, newest first. */
export interface AnchorsView {
  readonly places: readonly { readonly place: AnchorView['place']; readonly where: string }[]
  readonly anchors: readonly AnchorView[]
  readonly chain?: {
    readonly chainId: number
    readonly contract: string
    /** This organisation's account. */
    readonly account: string
    /** For browsers; absent: the chain is not reachable for them. */
    readonly rpcUrl?: string
  }
  /** Other organisations' logs, as they were found. */
  readonly peers: readonly {
    readonly account: string
    readonly url: string
    readonly size: number
    readonly checkedAt: string
    /** Why it is not believed any more. */
    readonly fault: string | null
  }[]
}

export interface AnchorView {
  readonly place: 'file' | 'time-stamp' | 'chain'
  readonly state: 'confirmed' | 'failed' | 'lost'
  readonly size: number
  /** base64 */
  readonly root: string
  /** The checkpoint as it was signed. */
  readonly note: string
  readonly madeAt: string | null
  readonly reference: string | null
  /** base64 DER of a time-stamp token. */
  readonly proof: string | null
  readonly vouchedAt: string | null
  readonly triedAt: string
  readonly error: string | null
}
