import { describe, expect, it } from 'vitest'
import type { Actor } from '../../identity/index.ts'
import { FakeClock } from '../../platform/clock.ts'
import type { LiveMessage } from '../contract.ts'
import { LiveSession } from './session.ts'

const nurse: Actor = {
  kind: 'person',
  id: 'n',
  name: 'N',
  roles: ['nurse'],
  fhirUser: 'Practitioner/n',
  scopes: [],
}

describe('a live session', () => {
  const begins: [how: string, begin: (session: LiveSession) => void][] = [
    ['by a header that the server has checked', (session) => session.begin(nurse, 'token')],
    ['by a header', (session) => session.begin(undefined, 'token')],
    [
      'by its first message',
      (session) => {
        session.begin(undefined, undefined)
        session.message('{"type":"authenticate","token":"token"}')
      },
    ],
  ]
  it.each(begins)('signed in %s ends within a minute of its token being revoked', async (_, begin) => {
    const clock = new FakeClock()
    let valid = true
    let closed: number | undefined
    const said: LiveMessage[] = []
    const session = new LiveSession(
      {
        hub: { limits: { dropBytes: 1_024, closeBytes: 4_096 }, add: () => () => {} },
        clock,
        authenticate: async () => (valid ? nurse : undefined),
      },
      {
        bufferedAmount: 0,
        send: (data) => void said.push(JSON.parse(String(data)) as LiveMessage),
        ping: () => {},
        terminate: () => {},
        close: (code) => {
          closed = code
        },
      },
    )
    begin(session)
    await expect.poll(() => said.length).toBe(1)
    clock.advanceMs(61_000)
    await Promise.resolve()
    expect(closed).toBeUndefined()
    valid = false
    clock.advanceMs(60_000)
    await expect.poll(() => closed).toBe(4001)
    expect(said.map((message) => message.type)).toEqual(['ready', 'refused'])
  })
})
