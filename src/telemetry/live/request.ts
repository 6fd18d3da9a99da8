import { z } from 'zod'
import type { LiveRequest } from '../contract.ts'

const name = z.string().min(1).max(64)

const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('authenticate'), token: z.string().min(1).max(16_384) }),
  z.object({
    type: z.literal('subscribe'),
    patients: z.array(name).max(1_000).optional(),
    readings: z.boolean().optional(),
    alarms: z.boolean().optional(),
    waveforms: z.array(name).max(64).optional(),
  }),
])

/** Undefined where the text is no request of the contract. */
export function parseLiveRequest(text: string): LiveRequest | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = schema.safeParse(json)
  return parsed.success ? (parsed.data as LiveRequest) : undefined
}
