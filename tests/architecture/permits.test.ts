/** Who may decide what is seen: what gives patient data out takes a permit, so it matters who can make one. */
import { expect, it } from 'vitest'
import { codeOf, shipped } from './repository.ts'

/** Each maker of a right to see, and the files that may name it, with their reason. */
const makers: readonly (readonly [maker: string, files: Readonly<Record<string, string>>])[] = [
  [
    'grantPermit',
    {
      'src/kernel/permit.ts': 'defines it',
      'src/consent/decision-point.ts': 'the decision',
    },
  ],
  [
    'systemPermit',
    {
      'src/kernel/permit.ts': 'defines it',
      'src/record/model.ts': 'the system’s own access to the record',
      'src/monitoring/create-monitoring.ts': 'alarms that are open are taken up again at the start',
    },
  ],
  [
    'systemAccess',
    {
      'src/record/model.ts': 'defines it',
      'src/record/index.ts': 'the door',
      'src/record/routes.ts': 'whose data an answer held or hid, for the trail of it',
      'src/app/compose.ts': 'the system’s own repository: devices, census, decisions',
      'src/app/wire-audit.ts': 'whose data a path names that was refused, and names for the trail',
      'src/app/wire-ledger.ts': 'whether a proof would show more than its reader may see',
    },
  ],
]

it.each(makers)('%s is named where it has a reason, and nowhere else', (maker, files) => {
  const naming = shipped.filter(
    ({ path, text }) => path.startsWith('src/') && new RegExp(`\\b${maker}\\b`).test(codeOf(text)),
  )
  expect(naming.map(({ path }) => path).sort()).toEqual(Object.keys(files).sort())
})
