import type { Patient, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemAccess, type WrittenVersion } from './model.ts'
import { versionsByKey, versionsInOrder } from './store/version-texts.ts'
import { type TestRecord, testRecord } from './testing/record.ts'

let test: TestRecord
const calls: { actor: string; versions: readonly WrittenVersion[] }[] = []
let refuse = false

beforeAll(async () => {
  test = await testRecord(async (tx, versions, access) => {
    calls.push({ actor: access.actor, versions })
    await tx.query('SELECT 1')
    if (refuse) throw new Error('no account of it could be kept')
  })
})
afterAll(() => test.close())
beforeEach(() => {
  calls.length = 0
  refuse = false
})

const ward = () => test.record.repository(systemAccess)
const told = () =>
  calls.map(({ versions }) => versions.map(({ version, interaction }) => `${interaction} ${version}`))

describe('who listens to written versions', () => {
  it('is told of each create, update, patch and delete with the stored text', async () => {
    const repository = ward()
    const made = await repository.createResource<Patient>({ resourceType: 'Patient', gender: 'female' })
    await repository.updateResource<Patient>({ ...made, gender: 'male' })
    await repository.patchResource('Patient', made.id, [{ op: 'add', path: '/active', value: true }])
    await repository.deleteResource('Patient', made.id)
    expect(told()).toEqual([['create 1'], ['update 2'], ['update 3'], ['delete 4']])
    expect(calls.map(({ actor }) => actor)).toEqual(Array(4).fill('system'))

    const said = calls.flatMap(({ versions }) => versions)
    const keys = said.map(({ version }) => `Patient/${made.id}/_history/${version}`)
    const stored = await versionsByKey(test.db, [...keys, 'Patient/none/_history/1', 'no key'])
    const asSaid = said.map(({ stored }, i) => ({ key: keys[i], ...stored }))
    expect([...stored].sort((a, b) => a.key.localeCompare(b.key))).toEqual(asSaid)
    expect(said.at(-1)?.stored.content).toBe(`{"deleted":true,"id":"${made.id}","resourceType":"Patient"}`)
  })

  it('is told once of a whole transaction', async () => {
    await ward().withTransaction(async (repository) => {
      await repository.createResource<Patient>({ resourceType: 'Patient' })
      await repository.createResource<Patient>({ resourceType: 'Patient' })
    })
    expect(told()).toEqual([['create 1', 'create 1']])
  })

  it('undoes the write by refusing', async () => {
    refuse = true
    const made = { resourceType: 'Patient', id: 'never' } satisfies Resource
    await expect(ward().createResource(made, { assignedId: true })).rejects.toThrow('no account')
    await expect(ward().readResource('Patient', 'never')).rejects.toThrow()
  })
})

it('all versions are gone through in pages, each once', async () => {
  const all = await versionsInOrder(test.db, undefined, 1_000)
  const paged: string[] = []
  for (;;) {
    const page = await versionsInOrder(test.db, paged.at(-1), 2)
    if (page.length === 0) break
    paged.push(...page.map(({ key }) => key))
  }
  expect(paged.length).toBeGreaterThan(5)
  expect(paged).toEqual(all.map(({ key }) => key))
})
