/** Signatures of witnesses under our checkpoints (c2sp.org/tlog-cosignature): accepted from those we know, and kept. */
import type { Database } from '../platform/postgres/database.ts'
import { parseCheckpoint } from './note/checkpoint.ts'
import { verifyNote } from './note/note.ts'
import type { VerifierKey } from './note/vkey.ts'
import { problems } from './problems.ts'
import { checkpointByText, insertCosignature } from './store/checkpoints.ts'

/** @throws ProblemError where nothing of it can be kept */
export async function keepCosignatures(
  db: Database,
  witnesses: readonly VerifierKey[],
  source: string,
): Promise<readonly string[]> {
  const signed = parseCheckpoint(source)
  if (!signed)
    throw problems.badCosignature('The body is not a signed checkpoint (c2sp.org/tlog-checkpoint).')
  const atUs = await checkpointByText(db, signed.checkpoint.size, signed.note.text)
  if (atUs === undefined) throw problems.badCosignature('This ledger keeps no such checkpoint.')
  const { good, bad } = await verifyNote(signed.note, witnesses)
  if (bad[0]) throw problems.badCosignature(`The signature of ${bad[0].name} does not hold.`)
  if (good.length === 0)
    throw problems.badCosignature('No signature is of a witness in LEDGER_WITNESSES. Add its vkey there.')
  for (const { name, keyId } of good) {
    const signature = signed.note.signatures.find((one) => one.name === name && one.keyId === keyId)!
    await insertCosignature(db, atUs, signature)
  }
  return good.map(({ name }) => name)
}
