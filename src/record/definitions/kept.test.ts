import { getAllDataTypes, getResourceTypes, getSearchParameters } from '@medplum/core'
import { expect, it } from 'vitest'
import { keepDefinitions, readKeptDefinitions } from './kept.ts'
import { loadDefinitions, parseDefinitions } from './load.ts'

it('reads back what the specification’s files came to', async () => {
  const parsed = await parseDefinitions()
  await keepDefinitions(parsed)
  const kept = await readKeptDefinitions()
  expect(kept!.types).toEqual(parsed.types)
  expect(kept!.searchParameters).toEqual(parsed.searchParameters)
  expect(kept!.requiredCodes).toEqual(parsed.requiredCodes)
})

it('loads from what was kept all that it loads from the files', async () => {
  await loadDefinitions()
  expect(getAllDataTypes()['Patient']!.elements['birthDate']!.type[0]!.code).toBe('date')
  expect(getAllDataTypes()['PatientContact']!.parentType).toBe(getAllDataTypes()['Patient'])
  for (const type of getResourceTypes()) {
    if (type !== 'Binary') expect(getSearchParameters(type)?.['_id'], type).toBeDefined()
  }
})
