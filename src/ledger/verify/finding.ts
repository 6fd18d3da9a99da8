/** What is wrong with an export, in words for whoever must act on it. */
import { isoFromMicros, type Micros } from '../../kernel/time.ts'

export type FindingKind =
  | 'altered'
  | 'removed'
  | 'inserted'
  | 'reordered'
  | 'back-dated'
  | 'fork'
  | 'unsigned'

export interface Finding {
  readonly kind: FindingKind
  /** Where in the log; what lies outside of it comes after all that lies within. */
  readonly leaf: number
  /** The row, where it can still be named. */
  readonly key?: string
  readonly words: string
}

export const outsideTheLog = Number.POSITIVE_INFINITY

export const when = (atUs: number): string => isoFromMicros(atUs as Micros)

export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => (a.leaf === b.leaf ? 0 : a.leaf - b.leaf))

/** Of a damaged database there may be millions; the first of each kind of fault says where to begin. */
export const mostFindings = 1_000
