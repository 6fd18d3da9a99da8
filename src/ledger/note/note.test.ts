import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Micros } from '../../kernel/time.ts'
import { fromBase64, joinBytes, utf8 } from '../bytes.ts'
import { leafHash } from '../merkle/hash.ts'
import { checkpointText, parseCheckpoint, parseCheckpointText } from './checkpoint.ts'
import { cosignedMessage, type NoteSigner, noteText, parseNote, signNote, verifyNote } from './note.ts'
import { parseTlogProof, tlogProofText } from './tlog-proof.ts'
import { parseVkey, signatureTypes, verifierKey, vkeyText } from './vkey.ts'

async function signer(name: string, type: 1 | 4 = signatureTypes.ed25519): Promise<NoteSigner> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return {
    key: verifierKey(name, type, raw),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message)),
  }
}

/** The example of c2sp.org/signed-note. */
const example = {
  vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`,
}

let log: NoteSigner
beforeAll(async () => {
  log = await signer('hospital.example/ledger')
})

describe('a signed note', () => {
  it('is read and checked as the example of the specification', async () => {
    const key = parseVkey(example.vkey)!
    expect(vkeyText(key)).toBe(example.vkey)
    const note = parseNote(example.note)!
    expect(noteText(note)).toBe(example.note)
    expect(await verifyNote(note, [key])).toEqual({ good: [key], bad: [] })
    const altered = parseNote(example.note.replace('an example', 'no example'))!
    expect(await verifyNote(altered, [key])).toEqual({ good: [], bad: [key] })
  })

  it.each([
    ['no signatures', 'text\n'],
    ['no blank line', 'text\n— a AAAAAAAA\n'],
    ['no end of line', example.note.slice(0, -1)],
    ['another dash', example.note.replace('—', '-')],
    ['a signature that is not base64', 'text\n\n— a ????\n'],
    ['a signature shorter than its key id', 'text\n\n— a AAAA\n'],
  ])('is none with %s', (_what, text) => {
    expect(parseNote(text)).toBeUndefined()
  })

  it.each([
    ['a wrong key id', example.vkey.replace('530d903a', '530d903b')],
    ['a type that is not known', `example.com/foo+530d903a+${btoa(`\x09${'k'.repeat(32)}`)}`],
    ['a short key', 'example.com/foo+530d903a+AekyeRrm'],
  ])('has no vkey with %s', (_what, text) => {
    expect(parseVkey(text)).toBeUndefined()
  })

  it('passes over signatures of keys it was not given', async () => {
    const note = await signNote('one\n', [log, await signer('stranger.example')])
    expect(await verifyNote(note, [log.key])).toEqual({ good: [log.key], bad: [] })
  })

  it('carries cosignatures, which sign the time as well', async () => {
    const witness = await signer('witness.example', signatureTypes.cosignature)
    const text = checkpointText({ origin: 'o', size: 1, root: leafHash(utf8('x')), time: undefined })
    const stamp = new Uint8Array(8)
    new DataView(stamp.buffer).setBigUint64(0, 1_679_315_147n)
    const signed = await witness.sign(utf8(cosignedMessage(text, 1_679_315_147)))
    const { name, keyId } = witness.key
    const of = (signature: Uint8Array<ArrayBuffer>) => ({ text, signatures: [{ name, keyId, signature }] })
    expect((await verifyNote(of(joinBytes(stamp, signed)), [witness.key])).good).toEqual([witness.key])
    stamp[7]! ^= 1
    expect((await verifyNote(of(joinBytes(stamp, signed)), [witness.key])).bad).toEqual([witness.key])
  })
})

const checkpoints = fc.record({
  origin: fc.stringMatching(/^[a-z.]{1,20}\/[a-z0-9]{1,10}$/),
  size: fc.nat(),
  root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  time: fc.option(
    fc.integer({ min: 0, max: 4e15 }).map((us) => us as Micros),
    { nil: undefined },
  ),
})

describe('a checkpoint', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(parseCheckpointText(checkpointText(checkpoint))).toEqual(checkpoint)
      }),
    )
  })

  it.each([
    ['a size with leading zeroes', (text: string) => text.replace('\n7\n', '\n07\n')],
    ['a short root', (text: string) => text.replace(/=\n/, '\n')],
    ['an empty extension line', (text: string) => `${text}\n`],
    ['no origin', (text: string) => text.replace(/^[^\n]+/, '')],
  ])('is none with %s', (_what, change) => {
    const text = checkpointText({ origin: 'o', size: 7, root: leafHash(utf8('x')), time: undefined })
    expect(parseCheckpointText(text)).toBeDefined()
    expect(parseCheckpointText(change(text))).toBeUndefined()
  })

  it('is understood from another log, with extensions of its own', () => {
    const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
    expect(parseCheckpointText(`example.com/behind-the-sofa\n20852163\n${root}\nanything\n`)).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: fromBase64(root),
      time: undefined,
    })
  })
})

it('a proof that stands by itself comes back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      checkpoints,
      fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 })),
      fc.nat(),
      async (checkpoint, hashes, index) => {
        const note = await signNote(checkpointText(checkpoint), [log])
        const text = tlogProofText({ index, hashes, checkpoint, note })
        const read = parseTlogProof(text)
        expect(read).toEqual({ index, hashes, checkpoint, note })
        expect(parseTlogProof(text.replace('index', 'extra YQ==\nindex'))).toEqual(read)
        expect(parseCheckpoint(noteText(note))?.checkpoint).toEqual(checkpoint)
      },
    ),
    { numRuns: 30 },
  )
})
