import { describe, expect, it } from 'vitest'
import { conceptOf } from './codes.ts'

describe('the code of an Observation', () => {
  it.each([
    [
      'heart-rate',
      ['http://loinc.org|8867-4', 'urn:iso:std:iso:11073:10101|147842', 'urn:vitalwire:metric|heart-rate'],
    ],
    ['news2', ['http://snomed.info/sct|1104051000000101', 'urn:vitalwire:metric|news2']],
    ['aura', ['urn:vitalwire:metric|aura']],
  ])('of %s says it in every vocabulary that has a word for it', (metric, expected) => {
    expect(conceptOf(metric).coding?.map(({ system, code }) => `${system}|${code}`)).toEqual(expected)
  })
})
