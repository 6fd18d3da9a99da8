import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DataClass,
  dataClasses,
  type SensitivityLabel,
  sensitivityLabels,
} from '../kernel/data-class.ts'
import { covers } from '../kernel/patient-filter.ts'
import type { Micros } from '../kernel/time.ts'
import { decide } from './decide.ts'
import type { Policy, Related, Subject } from './model.ts'
import { policies as shipped } from './policies/index.ts'
import { consentsOf, policyOf, reference, relatedOf, subjectOf } from './testing/reference.ts'

const classes = Object.keys(dataClasses) as DataClass[]
const labels = Object.keys(sensitivityLabels) as SensitivityLabel[]
const rows = fc.record({
  patients: fc.uniqueArray(fc.constantFrom('p1', 'p2', 'p3', 'stranger'), { minLength: 1, maxLength: 2 }),
  dataClass: fc.constantFrom(...classes),
  labels: fc.subarray(labels, { maxLength: 2 }),
})

describe('a decision', () => {
  it('covers exactly what a plain evaluator allows, for any policies, consents, relations and rows', () => {
    let allowed = 0
    let refused = 0
    fc.assert(
      fc.property(
        fc.array(policyOf, { minLength: 1, maxLength: 4 }),
        subjectOf,
        relatedOf,
        consentsOf,
        fc.array(rows, { minLength: 1, maxLength: 8 }),
        (policies, subject, related, provisions, given) => {
          const circumstances = { policies, related, provisions, now: 50 as Micros }
          const filter = decide(subject, circumstances)
          for (const row of given) {
            const expected = row.patients.every((patient) => reference(subject, circumstances, patient, row))
            expected ? allowed++ : refused++
            expect(covers(filter, row.patients, row)).toBe(expected)
          }
        },
      ),
      { numRuns: 10_000 },
    )
    // The arbitraries must reach both answers often, or nothing is tested.
    expect(Math.min(allowed, refused)).toBeGreaterThan(5_000)
  })

  it('never grows by a further label', () => {
    fc.assert(
      fc.property(
        fc.array(policyOf, { maxLength: 3 }),
        subjectOf,
        relatedOf,
        consentsOf,
        rows,
        fc.constantFrom(...labels),
        (policies, subject, related, provisions, row, more) => {
          const filter = decide(subject, { policies, related, provisions, now: 50 as Micros })
          const withMore = { ...row, labels: [...new Set([...row.labels, more])] }
          if (covers(filter, row.patients, withMore)) expect(covers(filter, row.patients, row)).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  const nurse: Subject = {
    reference: 'Practitioner/n',
    standings: ['nurse'],
    purpose: 'TREAT',
    names: new Set(['Practitioner/n', 'urn:vitalwire:standing|nurse']),
    own: [],
    proxied: [],
  }
  const onWard = (...patients: string[]): Related => ({
    own: new Set(),
    proxied: new Set(),
    'care-team': new Set(),
    ward: new Set(patients),
    'broken-glass': new Set(),
  })
  const pulse = { dataClass: 'vital-signs', labels: [] } as const

  it('takes one nurse out, and leaves the others, where a consent denies her by name', () => {
    const provisions = new Map([['p1', [{ type: 'deny' as const, actors: ['Practitioner/n'] }]]])
    const circumstances = {
      policies: shipped as readonly Policy[],
      related: onWard('p1', 'p2'),
      provisions,
      now: 0 as Micros,
    }
    const hers = decide(nurse, circumstances)
    expect([covers(hers, ['p1'], pulse), covers(hers, ['p2'], pulse)]).toEqual([false, true])
    const other = { ...nurse, reference: 'Practitioner/o', names: new Set(['Practitioner/o']) }
    expect(covers(decide(other, circumstances), ['p1'], pulse)).toBe(true)
  })

  it('answers ten thousand patients who decided by two forms in one go, not one by one', () => {
    const forms = [
      [{ type: 'deny' as const, classes: ['glucose' as const] }],
      [{ type: 'permit' as const, purposes: ['HRESCH' as const] }],
    ]
    const provisions = new Map(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, forms[i % 2]!] as const))
    const filter = decide(nurse, {
      policies: shipped,
      related: { ...onWard(), ward: 'all' },
      provisions,
      now: 0 as Micros,
    })
    expect(filter.named.map(({ patients }) => patients.length)).toEqual([5_000])
  })
})
