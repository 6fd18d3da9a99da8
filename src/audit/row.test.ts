import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditId, parseAuditId, rowOf } from './row.ts'

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

it.each([
  ['patient=1&access_token=abc.def', 'patient=1&access_token=…'],
  ['Client_Secret=x&name=Ana', 'Client_Secret=…&name=Ana'],
  ['code=8867-4&_count=20', 'code=8867-4&_count=20'],
  ['identifier=http://hl7.org|token', 'identifier=http://hl7.org|token'],
])('keeps of the query %s what is no secret', (given, expected) => {
  const entry = {
    kind: 'search',
    action: 'E',
    outcome: 'done',
    purpose: 'TREAT',
    patients: [],
    what: [],
  } as const
  expect(rowOf({ ...entry, query: given }, { atUs: 1, nonce: 1 }).query).toBe(expected)
})
