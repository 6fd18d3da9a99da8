/** Each leaf against the row it commits to. */

import type { Micros } from '../../kernel/time.ts'
import { base64 } from '../bytes.ts'
import { commitment, contentDigest } from '../commitment.ts'
import type { LeafLine } from '../export/format.ts'
import { leafHash, sameHash } from '../merkle/hash.ts'
import { type Finding, when } from './finding.ts'

type Opened = LeafLine & { readonly entry: NonNullable<LeafLine['entry']> }
export const isOpened = (line: LeafLine): line is Opened => line.entry !== undefined

export const nameOfRow = ({ leaf, entry }: Opened): string => `${entry.key} (leaf ${leaf})`

/** What the lowest tile and the leaf's data say of each other. */
export function faultOfData({ leaf, commitment: data, hash, entry }: LeafLine): Finding | undefined {
  const name = entry ? `${entry.key} (leaf ${leaf})` : `leaf ${leaf}`
  const of = entry ? { key: entry.key } : {}
  if (!data || !hash)
    return { kind: 'removed', leaf, ...of, words: `${name}: its hash was removed from ledger_tile` }
  if (sameHash(leafHash(data), hash)) return undefined
  return { kind: 'altered', leaf, ...of, words: `${name}: the leaf itself was altered in ledger_tile` }
}

/** Whether the leaf commits to what the log's table says it does. */
export const opens = ({ commitment: data, entry }: Opened): boolean =>
  data !== undefined && sameHash(commitment(entry, entry.salt), data)

/** The row as it is now, against what was committed to. */
export function faultOfRow(line: Opened): Finding | undefined {
  const { leaf, entry, row } = line
  const finding = (kind: Finding['kind'], words: string): Finding => ({
    ...{ kind, leaf, key: entry.key },
    words: `${nameOfRow(line)} ${words}`,
  })
  const written = `as it was written ${when(entry.atUs)}`
  if (!row) return finding('removed', `was removed: the database no longer holds it, and it was not erased`)
  if (row.atUs !== entry.atUs) {
    const dated = `it says ${when(row.atUs)}, but was committed to with ${when(entry.atUs)}`
    return row.atUs < entry.atUs
      ? finding('back-dated', `was back-dated: ${dated}`)
      : finding('altered', `has another time: ${dated}`)
  }
  if (!sameHash(contentDigest(row.content), entry.digest))
    return finding('altered', `was altered: its text is no longer ${written}`)
  if (row.patients.toSorted().join('\n') !== entry.patients.toSorted().join('\n'))
    return finding('altered', `was altered: it is no longer said to be of the same patients ${written}`)
  return undefined
}

/** A transaction may be long, and clocks of several processes differ. */
const lateUs = 300_000_000
const earlyUs = 60_000_000

export interface SignedTimes {
  /** Of the newest checkpoint before the leaf, and of the first that holds it. */
  readonly before: Micros | undefined
  readonly holding: Micros | undefined
}

/** The time that the row claims, against when the log was signed without it and with it. */
export function faultOfTime(line: Opened, { before, holding }: SignedTimes): Finding | undefined {
  const { leaf, entry } = line
  if (!entry.adopted && before !== undefined && entry.atUs < before - lateUs)
    return {
      ...{ kind: 'back-dated', leaf, key: entry.key },
      words: `${nameOfRow(line)} was back-dated: it claims ${when(entry.atUs)}, but the log signed ${when(before)} had no such leaf yet`,
    }
  if (holding !== undefined && entry.atUs > holding + earlyUs)
    return {
      ...{ kind: 'back-dated', leaf, key: entry.key },
      words: `the checkpoint signed ${when(holding)} is back-dated: it holds ${nameOfRow(line)}, which was written only ${when(entry.atUs)}`,
    }
  return undefined
}

/** Leaves that do not open as their entries say: moved, where another leaf is what this entry opens. */
export function faultsOfOpening(lines: readonly Opened[]): Finding[] {
  const places = new Map(lines.map((line) => [base64(line.commitment ?? new Uint8Array()), line.leaf]))
  return lines.map((line): Finding => {
    const { leaf, entry } = line
    const place = places.get(base64(commitment(entry, entry.salt)))
    if (place !== undefined && place !== leaf)
      return {
        ...{ kind: 'reordered', leaf, key: entry.key },
        words: `${nameOfRow(line)} was reordered: its place is leaf ${place}`,
      }
    return {
      ...{ kind: 'altered', leaf, key: entry.key },
      words: `${nameOfRow(line)} was altered: leaf ${leaf} does not commit to this row, its time, its patients and its digest`,
    }
  })
}
