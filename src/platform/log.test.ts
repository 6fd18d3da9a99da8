import { describe, expect, it } from 'vitest'
import { createLog } from './log.ts'

function written(fields: object): { line: string; entry: Record<string, unknown> } {
  let line = ''
  const write = (text: string) => {
    line += text
  }
  createLog({ level: 'debug', destination: { write } }).info(fields, 'said')
  return { line, entry: JSON.parse(line) }
}

describe('a log line', () => {
  it('is one JSON object with level, ISO time, fields and message', () => {
    expect(written({ route: '/x', durationMs: 3 }).entry).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      route: '/x',
      durationMs: 3,
      msg: 'said',
    })
  })

  it.each([
    ['headers', { headers: { Authorization: 'hush', cookie: 'hush', 'set-cookie': ['hush'] } }],
    [
      'credentials',
      { a: { b: [{ password: 'hush', clientSecret: 'hush', access_token: 'hush', apiKey: 'hush' }] } },
    ],
    ['a FHIR name', { patient: { name: [{ family: 'hush', given: ['hush'] }] } }],
    ['a birth date and a phone', { birthDate: 'hush', telecom: [{ value: 'hush' }] }],
    ['bytes', { frame: Buffer.from('hush') }],
    ['what lies too deep to look at', { a: { b: { c: { d: { e: { f: { g: 'hush' } } } } } } }],
  ])('hides %s', (_name, fields) => {
    expect(written(fields).line).not.toContain('hush')
  })

  it('keeps the name of a job', () => {
    expect(written({ name: 'compaction' }).entry).toMatchObject({ name: 'compaction' })
  })

  it('has an error with type, code, message and stack', () => {
    const error = Object.assign(new TypeError('not a frame'), { code: 'E_FRAME' })
    expect(written({ error }).entry['error']).toMatchObject({
      type: 'TypeError',
      code: 'E_FRAME',
      message: 'not a frame',
      stack: expect.stringContaining('    at '),
    })
  })

  it('has nothing of the values in an error of the database, also under `err` and as a cause', () => {
    const inner = Object.assign(new Error('invalid input syntax: "Jane Doe"'), {
      severity: 'ERROR',
      routine: 'x',
      code: '22P02',
      detail: 'Key (name)=(Jane Doe)',
      table: 'person',
    })
    const { line } = written({ error: new Error('storing failed', { cause: inner }), err: inner })
    expect(line).not.toContain('Jane')
    expect(line).toContain('22P02')
  })
})
