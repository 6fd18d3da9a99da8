import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Micros } from '../../kernel/time.ts'
import { sha256 } from '../credentials.ts'
import { holding, rotated, type Secret, used } from './rotation.ts'

const step = fc.oneof(
  fc.record({ do: fc.constant('rotate' as const), overlap: fc.constantFrom(0, 10, 100) }),
  fc.record({ do: fc.constant('use' as const), newest: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), for: fc.constantFrom(1, 9, 50) }),
)

it('whatever is done, the newest holds, and the one a device works with goes only when it may', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = 0 as Micros
      let secrets: readonly Secret[] = []
      /** What the device works with, and when somebody said it may end. */
      let working: { readonly sha256: Buffer; deadline: number } | undefined
      for (const [index, one] of steps.entries()) {
        if (one.do === 'wait') now = (now + one.for) as Micros
        if (one.do === 'rotate') {
          const fresh = { sha256: sha256(`secret ${index}`), issuedAt: now }
          secrets = rotated(secrets, fresh, one.overlap > 0 ? ((now + one.overlap) as Micros) : null)
          if (working) working.deadline = Math.min(working.deadline, now + one.overlap)
        }
        const held = holding(secrets, now)
        if (one.do === 'use' && held.length > 0) {
          const chosen = one.newest ? held.at(-1)! : held[0]!
          secrets = used(held, chosen, now)
          const isAlone = chosen === held.at(-1)
          if (isAlone) expect(secrets).toHaveLength(1)
          if (!working?.sha256.equals(chosen.sha256) || isAlone) {
            working = { sha256: chosen.sha256, deadline: chosen.validUntil ?? Number.POSITIVE_INFINITY }
          }
        }
        const now2 = holding(secrets, now)
        expect(secrets.length).toBeLessThanOrEqual(2)
        if (secrets.length > 0) expect(now2.at(-1)).toBe(secrets.at(-1))
        if (working) {
          const holds = now2.some(({ sha256: hash }) => hash.equals(working!.sha256))
          expect(holds).toBe(now < working.deadline)
        }
      }
    }),
  )
})
