import { describe, expect, it } from 'vitest'
import { simplePermit } from '../../../tests/permits.ts'
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

function startedSession() {
  const clock = new FakeClock()
  let valid = true
  let closed: number | undefined
  const said: LiveMessage[] = []
  const listeners = new Set<(id: string) => void>()
  const session = new LiveSession(
    {
      hub: { limits: { dropBytes: 1_024, closeBytes: 4_096 }, add: () => () => {} },
      clock,
      permitOf: simplePermit,
      authenticate: async () => (valid ? nurse : undefined),
      onAccessEnded: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
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
  return {
    session,
    clock,
    said,
    listeners,
    closed: () => closed,
    revoke: () => {
      valid = false
    },
    accessEnded: (id: string) => {
      for (const listener of listeners) listener(id)
    },
    settled: () => new Promise<void>((done) => setImmediate(done)),
  }
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
  it.each(begins)('signed in %s ends at once when its token is revoked in this process', async (_, begin) => {
    const play = startedSession()
    begin(play.session)
    await expect.poll(() => play.said.length).toBe(1)
    play.accessEnded('someone else')
    play.accessEnded('n')
    await play.settled()
    expect(play.closed()).toBeUndefined()
    play.revoke()
    play.accessEnded('someone else')
    await play.settled()
    expect(play.closed()).toBeUndefined()
    play.accessEnded('n')
    await expect.poll(play.closed).toBe(4001)
    play.session.end()
    expect(play.listeners.size).toBe(0)
  })

  it.each(begins)(
    'signed in %s ends within a minute of its token being revoked elsewhere',
    async (_, begin) => {
      const play = startedSession()
      begin(play.session)
      await expect.poll(() => play.said.length).toBe(1)
      play.clock.advanceMs(61_000)
      await play.settled()
      expect(play.closed()).toBeUndefined()
      play.revoke()
      play.clock.advanceMs(60_000)
      await expect.poll(play.closed).toBe(4001)
      expect(play.said.map((message) => message.type)).toEqual(['ready', 'refused'])
    },
  )
})
