import { expect, it } from 'vitest'
import type { PersonActor } from '../identity/index.ts'
import { covers } from '../kernel/patient-filter.ts'
import type { Micros } from '../kernel/time.ts'
import { decide } from './decide.ts'
import type { Related } from './model.ts'
import { policies } from './policies/index.ts'
import { treatsNobody } from './relations/relations.ts'
import { subjectOf } from './subject.ts'

const relations = { treatment: () => treatsNobody, nextEnd: () => undefined, close: () => {} }
const person = (over: Partial<PersonActor>): PersonActor => ({
  ...{ kind: 'person', id: 'm', name: 'M', roles: ['patient'], fhirUser: 'RelatedPerson/m', scopes: [] },
  ...over,
})

it.each([
  ['a patient', person({ patient: 'own' }), [true, false]],
  ['a proxy', person({ proxyFor: ['child'] }), [false, true]],
  ['a patient who stands for a child', person({ patient: 'own', proxyFor: ['child'] }), [true, true]],
  ['an account of neither', person({}), [false, false]],
] as const)('%s sees what is theirs to see', (_who, actor, expected) => {
  const { subject } = subjectOf(actor, relations)!
  const related: Related = {
    own: new Set(subject.own),
    proxied: new Set(subject.proxied),
    'care-team': new Set(),
    ward: new Set(),
    'broken-glass': new Set(),
  }
  const filter = decide(subject, { policies, related, provisions: new Map(), now: 0 as Micros })
  const sees = (patient: string) => covers(filter, [patient], { dataClass: 'glucose', labels: [] })
  expect([sees('own'), sees('child')]).toEqual(expected)
  // What a child confided stays with the child, also for who is a patient themselves.
  expect(covers(filter, ['child'], { dataClass: 'documents', labels: ['SDV'] })).toBe(false)
})

it('a device is nobody who may see', () => {
  expect(subjectOf({ kind: 'device', id: 'd' }, relations)).toBeUndefined()
})
