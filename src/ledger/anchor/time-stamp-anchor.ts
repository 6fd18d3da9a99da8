/** Checkpoints under the time-stamp of an authority (RFC 3161): proof of when, without any chain. */

import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Random } from '../../platform/random.ts'
import { noteText } from '../note/note.ts'
import type { Anchor } from './model.ts'
import { timeStampRequest, tokenOf, verifyTimeStamp } from './time-stamp.ts'

export interface TimeStampAnchorDeps {
  readonly url: string
  /** PEM file with the certificates that the authority's must come from. */
  readonly trustedFile: string
  readonly random: Random
}

const answerWithinMs = 20_000
const largestAnswerBytes = 256 << 10
const nonceBytes = 16
const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** @throws Error where the file holds no certificate */
export async function trustedFrom(file: string): Promise<X509Certificate[]> {
  const found = (await readFile(file, 'utf8')).match(pem) ?? []
  if (found.length === 0) throw new Error(`${file} holds no certificate in PEM form.`)
  return found.map((one) => new X509Certificate(one))
}

export function timeStampAnchor({ url, trustedFile, random }: TimeStampAnchorDeps): Anchor {
  return {
    place: 'time-stamp',
    where: new URL(url).host,
    async put({ note }) {
      const message = Buffer.from(noteText(note))
      const nonce = Buffer.from(random.secret(nonceBytes), 'base64url')
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: new Uint8Array(timeStampRequest(message, nonce)),
        redirect: 'error',
        signal: AbortSignal.timeout(answerWithinMs),
      })
      if (!response.ok) throw new Error(`The time-stamp authority answered ${response.status}.`)
      const answer = Buffer.from(await response.arrayBuffer())
      if (answer.length > largestAnswerBytes) throw new Error('The time-stamp authority answered too much.')
      const token = tokenOf(answer)
      const stamp = verifyTimeStamp(token, message, await trustedFrom(trustedFile), nonce)
      return { reference: `serial ${stamp.serial}`, proof: token, vouchedAt: stamp.at }
    },
  }
}
