import { afterAll, beforeAll, expect, it } from 'vitest'
import { asJson, type IdentityServer, identityServer } from '../../tests/identity-server.ts'

let server: IdentityServer
beforeAll(async () => {
  server = await identityServer()
})
afterAll(() => server.stop())

const eve = { email: 'eve@example.org', name: 'Eve', password: 'a long enough password' }
const accept = (link: string, person: object) =>
  server.browser().fetch(`/api/welcome/${link.split('/').at(-1)}`, asJson(person))

it('makes the first administrator by a link that works once', async () => {
  const earlier = (await server.identity.createFirstAdminLink())!
  const link = (await server.identity.createFirstAdminLink())!
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/welcome\/[\w-]{43}$/)

  expect((await accept(earlier, eve)).status).toBe(404)
  expect((await accept(link, { ...eve, password: 'short' })).status).toBe(422)
  const answers = await Promise.all([
    accept(link, eve),
    accept(link, { ...eve, email: 'mallory@example.org' }),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 404])
  expect(await server.identity.createFirstAdminLink()).toBeUndefined()
  const people = await server.identity.listPeople()
  expect(people.map(({ roles }) => roles)).toEqual([['admin']])
})
