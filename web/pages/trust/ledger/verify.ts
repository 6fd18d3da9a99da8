/**
 * One row's proof, checked here and not by the server: from its text to the leaf, the root, the signature, and to what lies
 * outside of this house. Each step takes only what the one before gave it.
 */
import {
  type AnchorsView,
  type AnchorView,
  base64,
  commitment,
  contentDigest,
  fromBase64,
  leafHash,
  type ProofView,
  parseCheckpoint,
  parseVkey,
  sameHash,
  verifyInclusion,
  verifyNote,
} from '../../../../src/ledger/contract.ts'
import { getJson, getText } from '../../../app/api/client.ts'
import { anchoredOnChain } from './chain.ts'

export const stepNames = ['row', 'leaf', 'tree', 'signature', 'anchor', 'chain'] as const
export type StepName = (typeof stepNames)[number]

export interface Step {
  readonly name: StepName
  /** `skipped`: there is nothing to check against. */
  readonly outcome: 'holds' | 'fails' | 'skipped'
  /** A hash or a name, as evidence. */
  readonly shown: string
}

const bytes = (text: string): Uint8Array => fromBase64(text) ?? new Uint8Array()

export async function verifyRow(key: string): Promise<readonly Step[]> {
  const anchors = await getJson<AnchorsView>('/ledger/anchors')
  const newest = await getJson<ProofView>(`/ledger/proof?key=${encodeURIComponent(key)}`)
  const anchor = anchors.anchors.find(({ state, size }) => state === 'confirmed' && size > newest.index)
  const steps: Step[] = []
  const add = (name: StepName, holds: boolean, shown: string) =>
    steps.push({ name, outcome: holds ? 'holds' : 'fails', shown })
  const proof = anchor
    ? await getJson<ProofView>(`/ledger/proof?key=${encodeURIComponent(key)}&size=${anchor.size}`).catch(
        () => newest,
      )
    : newest
  const leaf = bytes(proof.leaf)
  const { entry } = proof
  const digest = entry?.content === undefined ? undefined : contentDigest(entry.content)
  add('row', digest !== undefined, digest ? base64(digest) : '')
  const opened = entry && digest && commitment({ ...entry, digest }, bytes(entry.salt))
  add('leaf', opened !== undefined && sameHash(opened, leaf), proof.leaf)
  const signed = parseCheckpoint(proof.checkpoint)
  const claim = signed && {
    ...{ leaf: leafHash(leaf), index: proof.index, size: signed.checkpoint.size },
    ...{ root: signed.checkpoint.root, proof: proof.hashes.map(bytes) },
  }
  add('tree', claim !== undefined && verifyInclusion(claim), signed ? base64(signed.checkpoint.root) : '')
  const keys = (await getText('/ledger/keys')).split('\n').flatMap((line) => parseVkey(line) ?? [])
  const verdict = signed && (await verifyNote(signed.note, keys))
  add(
    'signature',
    verdict !== undefined && verdict.good.length > 0 && verdict.bad.length === 0,
    signed?.checkpoint.origin ?? '',
  )
  const root = signed ? base64(signed.checkpoint.root) : ''
  return [...steps, ...(await outside(anchors, anchor, root, signed?.checkpoint.size ?? 0))]
}

async function outside(
  view: AnchorsView,
  anchor: AnchorView | undefined,
  root: string,
  size: number,
): Promise<Step[]> {
  const laid: Step = anchor
    ? { name: 'anchor', outcome: anchor.root === root ? 'holds' : 'fails', shown: anchor.place }
    : { name: 'anchor', outcome: 'skipped', shown: '' }
  if (!view.chain?.rpcUrl) return [laid, { name: 'chain', outcome: 'skipped', shown: '' }]
  try {
    const found = await anchoredOnChain(view.chain, size)
    const holds = found !== undefined && found === root
    return [laid, { name: 'chain', outcome: holds ? 'holds' : 'fails', shown: view.chain.contract }]
  } catch {
    return [laid, { name: 'chain', outcome: 'fails', shown: view.chain.rpcUrl }]
  }
}
