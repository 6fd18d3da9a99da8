import { describe, expect, it } from 'vitest'
import { impureFolders, rooms } from '../../architecture.ts'
import { codeOf, roomOf, type SourceFile, shipped, stringsOf } from './repository.ts'

const sql = /\b(SELECT\b[\s\S]+\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE|ALTER TABLE)\b/
const mayHoldSql = /\/store\.ts$|\/store\/|^src\/platform\/postgres\//

/** What reaches outside, and what to use instead. */
const outside: readonly (readonly [string, RegExp, string])[] = [
  ['the wall clock', /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.(now|timeOrigin)\b/, 'Clock'],
  ['a timer', /(?<![.\w])set(Timeout|Interval)\(|node:timers/, 'Clock.after, Clock.every'],
  ['randomness', /\bMath\.random\(|\brandom(UUID|Bytes|Int)\(|\bgetRandomValues\(/, 'Random'],
  ['the environment', /\bprocess\.env\b/, 'Config'],
  ['a listening socket', /\b(server|http|app|fastify)\.listen\(/i, 'src/platform'],
]

const strangers = new Set(rooms.filter((room) => room.only).map((room) => room.folder))

/** Each with its reason; a reason that no longer holds fails too. */
const exceptions: Readonly<Record<string, string>> = {
  'src/app/main.ts': 'hands the environment to loadConfig',
  'src/app/cli/main.ts': 'hands the environment to loadConfig',
}

function mayReachOutside({ path }: SourceFile): boolean {
  const room = roomOf(path)
  if (room === undefined || impureFolders.includes(room)) return true
  // A stranger runs as a process of its own, and keeps what is impure in one file.
  return strangers.has(room) && path === `src/${room}/outside.ts`
}

const reaches = (file: SourceFile) => {
  const code = codeOf(file.text)
  return outside.filter(([, pattern]) => pattern.test(code)).map(([what, , instead]) => ({ what, instead }))
}

describe('a room', () => {
  it('keeps its SQL in store.ts or store/', () => {
    const wrong = shipped.filter(
      ({ path, text }) =>
        path.startsWith('src/') && !mayHoldSql.test(path) && stringsOf(text).some((s) => sql.test(s)),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('has clock, randomness, environment and sockets handed in', () => {
    const wrong = shipped
      .filter((file) => !mayReachOutside(file) && !(file.path in exceptions))
      .flatMap((file) =>
        reaches(file).map(({ what, instead }) => `${file.path} uses ${what}; use ${instead}`),
      )
    expect(wrong).toEqual([])
  })

  it('has no exception that it no longer needs', () => {
    const idle = Object.keys(exceptions).filter((path) => {
      const file = shipped.find((one) => one.path === path)
      return !file || reaches(file).length === 0
    })
    expect(idle).toEqual([])
  })
})
