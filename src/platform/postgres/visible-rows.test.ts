import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../tests/database.ts'
import {
  type DataClass,
  dataClasses,
  type SensitivityLabel,
  sensitivityLabels,
} from '../../kernel/data-class.ts'
import type { PatientFilter, Scope } from '../../kernel/patient-filter.ts'
import { grantPermit } from '../../kernel/permit.ts'
import { columnsOf, visibleRows } from './visible-rows.ts'

const classes = (Object.keys(dataClasses) as DataClass[]).slice(0, 4)
const labels = (Object.keys(sensitivityLabels) as SensitivityLabel[]).slice(0, 3)
const people = ['p1', 'p2', 'p3']
const subsets = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: 1 << all.length }, (_, set) => all.filter((_one, bit) => set & (1 << bit)))

/** Every belonging there can be among three patients, four classes and three labels. */
const rows = subsets(people).flatMap((patients) =>
  classes.flatMap((dataClass) => subsets(labels).map((own) => ({ patients, dataClass, labels: own }))),
)

const scope: fc.Arbitrary<Scope> = fc.array(
  fc.record({
    classes: fc.oneof(fc.constant('all' as const), fc.subarray(classes)),
    cleared: fc.oneof(fc.constant('all' as const), fc.subarray(labels)),
  }),
  { maxLength: 2 },
)
const filter: fc.Arbitrary<PatientFilter> = fc
  .tuple(scope, scope, scope, fc.shuffledSubarray(people), fc.nat(3))
  .map(([others, first, second, named, cut]) => ({
    others,
    named: [
      { patients: named.slice(0, cut), scope: first },
      { patients: named.slice(cut), scope: second },
    ],
  }))

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase([])
  await db.query(
    `CREATE TABLE row_of_patients (n integer PRIMARY KEY, patients text[], data_class text, labels text[])`,
  )
  await db.query(
    `INSERT INTO row_of_patients SELECT n, patients, "dataClass", labels FROM jsonb_to_recordset($1::jsonb)
     AS r (n integer, patients text[], "dataClass" text, labels text[])`,
    [JSON.stringify(rows.map((row, n) => ({ n, ...row })))],
  )
})
afterAll(() => db?.drop())

it('gives the rows that the permit covers, all of them and no other, for any filter', async () => {
  await fc.assert(
    fc.asyncProperty(filter, fc.boolean(), async (given, seesUnassigned) => {
      const permit = grantPermit({ actor: 'x', purpose: 'TREAT', filter: given, seesUnassigned })
      const list: unknown[] = []
      const where = visibleRows({ add: (value) => `$${list.push(value)}` }, columnsOf('r'), permit)
      const found = await db.query<{ n: number }>(
        `SELECT n FROM row_of_patients r WHERE ${where} ORDER BY n`,
        list,
      )
      const expected = rows.flatMap((row, n) => (permit.covers(row.patients, row) ? [n] : []))
      expect(found.map(({ n }) => n)).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})
