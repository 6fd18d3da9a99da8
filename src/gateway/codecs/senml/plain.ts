import type { Micros } from '../../../kernel/time.ts'
import { senmlLimits } from './pack.ts'
import { PlainCborReader } from './plain-cbor.ts'
import { PlainJsonReader } from './plain-json.ts'
import type { PlainPack } from './plain-pack.ts'

const json = new PlainJsonReader()
const cbor = new PlainCborReader()

/** Reads a plain pack into the columns. False: it is none, whatever else it may be; `decodeSenml` says what. */
export function readPlain(payload: Uint8Array, receivedAt: Micros, pack: PlainPack): boolean {
  if (payload.length === 0 || payload.length > senmlLimits.bytes) return false
  pack.begin(receivedAt)
  const first = payload[0]!
  return first >= 0x80 && first <= 0x9f ? cbor.read(payload, pack) : json.read(payload, pack)
}
