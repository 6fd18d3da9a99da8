import type { Micros } from '../../kernel/time.ts'
import type { SignedCheckpoint } from '../note/checkpoint.ts'

export type AnchorPlace = 'file' | 'time-stamp' | 'chain'

/** What a place gave in return for a checkpoint. */
export interface AnchorReceipt {
  /** How it is found there: a transaction, a serial number, a line. */
  readonly reference: string
  /** Proof that needs neither us nor the place's goodwill. */
  readonly proof?: Uint8Array
  /** By the place's own clock. */
  readonly vouchedAt?: Micros
}

/** Somewhere outside this house's power where checkpoints are laid down. */
export interface Anchor {
  readonly place: AnchorPlace
  /** In words for a page: which file, whose time, which chain. */
  readonly where: string
  /** Laying the same checkpoint down twice gives the same. @throws Error in words */
  put(checkpoint: SignedCheckpoint): Promise<AnchorReceipt>
  /** Whether it still lies there. @throws Error where that cannot be asked */
  holds?(checkpoint: SignedCheckpoint): Promise<boolean>
}
