import { z } from 'zod'

/** The frame of what an authenticator answers (WebAuthn 3, 5.1); the library checks what is inside. */
export const credentialBody = z.looseObject({
  id: z.string().min(1).max(1_400),
  rawId: z.string().max(1_400),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
})
