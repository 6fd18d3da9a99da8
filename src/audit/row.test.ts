import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditId, parseAuditId } from './row.ts'

describe('the id of an entry', () => {
  it('is read back to the key of its row', () => {
    const key = fc.record({ atUs: fc.maxSafeNat(), nonce: fc.integer({ min: 0, max: 2 ** 31 - 1 }) })
    fc.assert(
      fc.property(key, (given) => {
        expect(parseAuditId(auditId(given))).toEqual(given)
      }),
    )
  })

  it.each(['a-', 'a-1', 'a-01-1', 'a-1-zzzzzz', 'a-zzzzzzzzzzz-1', 'A-1-1', 'a-1-1-1', 'c-1-1'])(
    'is not %s',
    (id) => {
      expect(parseAuditId(id)).toBeUndefined()
    },
  )
})
