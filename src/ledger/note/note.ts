/** Signed notes (c2sp.org/signed-note): a text, and lines of signatures under it. */
import { base64, fromBase64, hex, joinBytes, utf8 } from '../bytes.ts'
import { signatureTypes, type VerifierKey } from './vkey.ts'

export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly signature: Uint8Array<ArrayBuffer>
}

export interface SignedNote {
  /** With its last line feed; this is what is signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Signs as one key. */
export interface NoteSigner {
  readonly key: VerifierKey
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}

const mostSignatures = 100
const mostNoteBytes = 1 << 20
const signatureLine = /^— (\S+) ([A-Za-z0-9+/=]+)$/u
const keyIdBytes = 4
const timestampBytes = 8

/** Undefined where it is not a signed note. */
export function parseNote(source: string): SignedNote | undefined {
  if (source.length > mostNoteBytes || !source.endsWith('\n')) return undefined
  const split = source.lastIndexOf('\n\n')
  if (split < 0) return undefined
  const lines = source.slice(split + 2, -1).split('\n')
  if (lines.length > mostSignatures) return undefined
  const signatures = lines.map(parseSignature)
  if (!signatures.every((one) => one !== undefined)) return undefined
  return { text: source.slice(0, split + 1), signatures }
}

export function parseSignature(line: string): NoteSignature | undefined {
  const match = signatureLine.exec(line)
  const bytes = match && fromBase64(match[2]!)
  if (!match || !bytes || bytes.length <= keyIdBytes || match[1]!.includes('+')) return undefined
  return {
    name: match[1]!,
    keyId: hex(bytes.subarray(0, keyIdBytes)),
    signature: bytes.slice(keyIdBytes),
  }
}

export function signatureText({ name, keyId, signature }: NoteSignature): string {
  const id = Uint8Array.from(keyId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return `— ${name} ${base64(joinBytes(id, signature))}`
}

export const noteText = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map((one) => `${signatureText(one)}\n`).join('')}`

export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<SignedNote> {
  const signatures = await Promise.all(
    signers.map(async ({ key, sign }) => ({
      name: key.name,
      keyId: key.keyId,
      signature: await sign(utf8(text)),
    })),
  )
  return { text, signatures }
}

export interface NoteVerdict {
  /** Keys whose signature holds. */
  readonly good: readonly VerifierKey[]
  /** Keys that are named with a signature that does not hold: such a note is to be refused. */
  readonly bad: readonly VerifierKey[]
}

/** Signatures of keys that are not given are passed over, as the specification demands. */
export async function verifyNote(note: SignedNote, keys: readonly VerifierKey[]): Promise<NoteVerdict> {
  const good: VerifierKey[] = []
  const bad: VerifierKey[] = []
  for (const one of note.signatures) {
    const key = keys.find(({ name, keyId }) => name === one.name && keyId === one.keyId)
    if (!key) continue
    if (await holds(note.text, one, key)) good.push(key)
    else bad.push(key)
  }
  return { good, bad }
}

async function holds(text: string, { signature }: NoteSignature, key: VerifierKey): Promise<boolean> {
  if (key.type !== signatureTypes.cosignature) return verifyEd25519(key.publicKey, signature, utf8(text))
  const atSeconds = cosignedAtSeconds(signature)
  if (atSeconds === undefined) return false
  return verifyEd25519(key.publicKey, signature.slice(timestampBytes), utf8(cosignedMessage(text, atSeconds)))
}

/** What a witness signs (c2sp.org/tlog-cosignature). */
export const cosignedMessage = (text: string, atSeconds: number): string =>
  `cosignature/v1\ntime ${atSeconds}\n${text}`

/** When a witness says it saw the checkpoint; undefined where its signature has not that form. */
export function cosignedAtSeconds(signature: Uint8Array): number | undefined {
  if (signature.length !== timestampBytes + 64) return undefined
  const view = new DataView(signature.buffer, signature.byteOffset)
  const seconds = Number(view.getBigUint64(0))
  return Number.isSafeInteger(seconds) ? seconds : undefined
}

async function verifyEd25519(
  publicKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, signature, message)
  } catch (error) {
    // A key or signature that is no point on the curve; anything else is a fault of this machine.
    if (error instanceof DOMException && error.name !== 'NotSupportedError') return false
    throw error
  }
}
