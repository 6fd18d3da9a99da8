/**
 * `vitalwire verify`: from the rows to their commitments, the leaves, the roots and the signatures. Needs the export and
 * public keys alone.
 */

import type { LeafLine } from '../export/format.ts'
import { GrowingTree } from '../merkle/growing-tree.ts'
import { leafHash } from '../merkle/hash.ts'
import { parseCheckpoint, parseCheckpointText, type SignedCheckpoint } from '../note/checkpoint.ts'
import type { VerifierKey } from '../note/vkey.ts'
import { bySize, CheckpointWalk, datingFaults, nameOf, signedOnes, type Witnessed } from './checkpoints.ts'
import { type Finding, inOrder, mostFindings, outsideTheLog, when } from './finding.ts'
import { faultOfData, faultOfRow, faultOfTime, faultsOfOpening, isOpened, opens } from './leaves.ts'
import { Marks } from './marks.ts'
import type { LedgerExport } from './read-export.ts'

export interface Verdict {
  /** In the order of the log; none: the export holds. */
  readonly findings: readonly Finding[]
  /** What was looked at, in words. */
  readonly notes: readonly string[]
}

export interface VerifyOptions {
  /** Trusted instead of those that the export brings along. */
  readonly vkeys?: readonly VerifierKey[]
  /** Checkpoints that were kept elsewhere, as text, by where they are from. */
  readonly checkpoints?: ReadonlyMap<string, string>
}

export async function verifyExport(source: LedgerExport, options: VerifyOptions = {}): Promise<Verdict> {
  const { about } = source
  const keys = options.vkeys ?? source.vkeys
  const own = source.checkpoints.map((one): Witnessed => ({ ...one, from: 'export', kept: 'in the export' }))
  const others = parseOthers(options.checkpoints ?? new Map())
  const signed = await signedOnes([...own, ...others.signed], keys, about.origin)
  const sorted = bySize([...signed.good, ...others.unsigned])
  const walk = new CheckpointWalk(sorted)
  const rows = await walkLeaves(source, walk, sorted[0])
  const findings = [
    ...others.findings,
    ...signed.findings,
    ...datingFaults(bySize(signed.good)),
    ...rows.findings,
    // A leaf that was altered is named by itself; that its checkpoint no longer holds follows from it.
    ...walk.findings.filter(({ kind }) => kind !== 'altered' || rows.leavesHold),
    ...(await unloggedFaults(source)),
    ...(own.length === 0 && rows.leaves > 0
      ? [{ kind: 'removed' as const, leaf: 0, words: 'the log has no checkpoint: nothing of it is signed' }]
      : []),
  ]
  return {
    findings: inOrder(findings),
    notes: [
      `${rows.leaves} leaves of the log ${about.origin}, exported ${when(about.exportedAtUs)}`,
      walk.agreed
        ? `signed up to leaf ${walk.agreed.checkpoint.size - 1}: ${nameOf(walk.agreed)}`
        : 'not signed',
      `${rows.rows} rows of the database compared with what their leaves commit to`,
      ...(rows.marks.erased > 0 ? [`${rows.marks.erased} leaves of erased rows, as the log says`] : []),
      ...(rows.marks.adopted > 0
        ? [
            `${rows.marks.adopted} rows are older than the log; until it began, their times are their own claim`,
          ]
        : []),
      ...(about.pending > 0 ? [`${about.pending} rows had no number yet when this was exported`] : []),
      ...(options.vkeys
        ? []
        : ['the keys are those of the export itself; give --vkey to check against one you trust']),
    ],
  }
}

/** A checkpoint from elsewhere may be a signed note, or its text alone where another guarantees for it: a chain. */
function parseOthers(sources: ReadonlyMap<string, string>) {
  const signed: Witnessed[] = []
  const unsigned: Witnessed[] = []
  const findings: Finding[] = []
  for (const [from, text] of sources) {
    const note = parseCheckpoint(text)
    const bare = note ? undefined : parseCheckpointText(text)
    if (note) signed.push({ ...note, from, kept: 'elsewhere' })
    else if (bare) unsigned.push({ ...asSigned(bare, text), from, kept: 'elsewhere' })
    else findings.push({ kind: 'unsigned', leaf: outsideTheLog, words: `${from} holds no checkpoint` })
  }
  return { signed, unsigned, findings }
}

const asSigned = (checkpoint: SignedCheckpoint['checkpoint'], text: string): SignedCheckpoint => ({
  checkpoint,
  note: { text, signatures: [] },
})

async function walkLeaves(source: LedgerExport, walk: CheckpointWalk, first: Witnessed | undefined) {
  const findings: Finding[] = []
  const tree = new GrowingTree()
  const marks = new Marks()
  const unopened: Parameters<typeof faultsOfOpening>[0][number][] = []
  let rows = 0
  let leavesHold = true
  const add = (finding: Finding | undefined) => {
    if (finding && findings.length < mostFindings) findings.push(finding)
  }
  walk.reached(0, () => tree.root)
  for await (const line of source.leaves()) {
    if (line.leaf !== tree.size) {
      add(gapAt(tree.size, line))
      leavesHold = false
      break
    }
    const ofData = faultOfData(line)
    add(ofData)
    if (ofData) leavesHold = false
    if (!isOpened(line)) marks.closed(line)
    else if (opens(line)) {
      rows++
      const ofRow = faultOfRow(line)
      add(ofRow ?? faultOfTime(line, { before: timeOf(walk.agreed), holding: timeOf(walk.next) }))
      if (line.entry.adopted) marks.olderThanLog(line, timeOf(first))
      if (!ofRow) marks.take(line)
    } else if (!ofData) unopened.push(line)
    tree.append(line.commitment ? leafHash(line.commitment) : (line.hash ?? new Uint8Array(32)))
    walk.reached(tree.size, () => tree.root)
  }
  if (leavesHold) walk.ended(tree.size)
  for (const finding of [...faultsOfOpening(unopened), ...marks.findings()]) add(finding)
  return { findings, leaves: tree.size, rows, marks, leavesHold }
}

const timeOf = (one: Witnessed | undefined) => one?.checkpoint.time

function gapAt(expected: number, { leaf, entry }: LeafLine): Finding {
  const which = leaf === expected + 1 ? `leaf ${expected} is` : `the leaves ${expected} to ${leaf - 1} are`
  return leaf > expected
    ? { kind: 'removed', leaf: expected, words: `${which} missing in the export` }
    : {
        ...{ kind: 'inserted', leaf: expected, ...(entry ? { key: entry.key } : {}) },
        words: `${entry?.key ?? 'a line'} was inserted into the export: it says it is leaf ${leaf}, where leaf ${expected} should be`,
      }
}

async function unloggedFaults(source: LedgerExport): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const { key, atUs } of source.unlogged()) {
    if (findings.length >= mostFindings) break
    findings.push({
      ...{ kind: 'inserted', leaf: outsideTheLog, key },
      words: `${key} was inserted behind the log's back: the database holds it with the time ${when(atUs)}, and no leaf commits to it`,
    })
  }
  return findings
}
