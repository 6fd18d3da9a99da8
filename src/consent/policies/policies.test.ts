import { describe, expect, it } from 'vitest'
import { covers } from '../../kernel/patient-filter.ts'
import type { Micros } from '../../kernel/time.ts'
import { decide } from '../decide.ts'
import type { Policy, PolicyCase, Related, Subject } from '../model.ts'
import { policies } from './index.ts'

function answer(policy: Policy, { who, purpose, related, dataClass, labels = [], consent }: PolicyCase) {
  const subject: Subject = {
    reference: 'X/1',
    standings: [who],
    purpose,
    names: new Set(['X/1']),
    own: [],
    proxied: [],
  }
  const none: Related = {
    own: new Set(),
    proxied: new Set(),
    'care-team': new Set(),
    ward: new Set(),
    'broken-glass': new Set(),
  }
  const filter = decide(subject, {
    policies: [policy],
    related: related && policy.whose !== 'anyone' ? { ...none, [policy.whose]: new Set(['p']) } : none,
    provisions: new Map(consent ? [['p', [{ type: consent, actors: ['X/1'] }]]] : []),
    now: 0 as Micros,
  })
  return covers(filter, ['p'], { dataClass, labels })
}

describe('each policy', () => {
  it.each(
    policies.flatMap((policy) =>
      policy.cases.map((one) => [`${policy.id}: ${one.title}`, policy, one] as const),
    ),
  )('%s', (_title, policy, one) => expect(answer(policy, one)).toBe(one.may))

  it.each(policies.map((policy) => [policy.id, policy] as const))(
    '%s shows where it ends',
    (_id, { cases }) => {
      expect(cases.some(({ may }) => may)).toBe(true)
      expect(cases.some(({ may }) => !may)).toBe(true)
    },
  )

  it('has a name of its own', () => {
    expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length)
  })
})
