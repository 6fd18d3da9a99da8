/** Changing a password: by who knows it, or by a one-time link from who manages accounts. */
import { type Problem, ProblemError } from '../../kernel/problem.ts'
import type { Database, Queryable } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import type { PasswordLink } from '../contract.ts'
import { sha256 } from '../digest.ts'
import type { Tell } from '../events.ts'
import type { Person } from '../model.ts'
import { countsAsLocked, forgiveAccount, signInLocked } from '../sign-in.ts'
import {
  deletePasswordLinkOf,
  personOfLink,
  putPasswordLink,
  takePasswordLink,
} from '../store/password-links.ts'
import { findPersonByEmail, setPasswordHash } from '../store/people.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { weaknessOf, weaknessText } from './strength.ts'

export interface PasswordsDeps {
  readonly db: Database
  readonly now: () => Date
  readonly random: Random
  readonly tell: Tell
  readonly publicUrl: () => string
  readonly findPerson: (id: string) => Promise<Person | undefined>
  readonly endOthers: (person: string, session: string | undefined) => Promise<void>
}

export interface Passwords {
  /** Ends every other session. @throws ProblemError 403 wrong, 422 weak, 429 tried too often */
  change(person: string, present: string, next: string, session: string | undefined): Promise<void>
  /** @throws ProblemError 404 */
  makeLink(person: string, by: string): Promise<PasswordLink>
  /** Takes the link and ends every session. @throws ProblemError 404 spent, 422 weak: then the link still works */
  acceptLink(token: string, password: string): Promise<Person>
}

const linkTtlMs = 72 * 3_600_000

export const passwordWrong: Problem = {
  code: 'password-wrong',
  status: 403,
  message: 'The present password is not right. Check it and try again.',
}
export const passwordLinkSpent: Problem = {
  code: 'password-link-spent',
  status: 404,
  message: 'This link was used, replaced or has expired. Ask for a new one.',
}

/** @throws ProblemError 422 that says why, never what was given. */
export function requireStrong(password: string, person: Pick<Person, 'email' | 'name'>): void {
  const weakness = weaknessOf(password, [person.email, person.name])
  if (weakness === undefined) return
  const message = `The password ${weaknessText[weakness]}.`
  throw new ProblemError({ code: `password-${weakness}`, status: 422, message, where: 'password' })
}

export function createPasswords(deps: PasswordsDeps): Passwords {
  const { db, now, random, tell } = deps
  const set = async (tx: Queryable, person: Person, password: string) => {
    await setPasswordHash(tx, person.id, await hashPassword(password, random))
    await deletePasswordLinkOf(tx, person.id)
  }
  return {
    async change(id, present, next, session) {
      const person = await deps.findPerson(id)
      if (!person || (await countsAsLocked(db, person.email, now()))) throw new ProblemError(signInLocked)
      const stored = await findPersonByEmail(db, person.email)
      if (!stored || !(await verifyPassword(present, stored.passwordHash)).matches) {
        throw new ProblemError(passwordWrong)
      }
      await forgiveAccount(db, person.email)
      requireStrong(next, person)
      await set(db, person, next)
      await deps.endOthers(id, session)
      await tell({ what: 'password-changed', person: id })
    },
    async makeLink(id, by) {
      const person = await deps.findPerson(id)
      if (!person) throw new ProblemError({ ...passwordLinkSpent, message: 'There is no such person.' })
      const token = random.secret(32)
      const expiresAt = new Date(now().getTime() + linkTtlMs)
      await putPasswordLink(db, { tokenSha256: sha256(token), person: id, madeBy: by, expiresAt })
      await tell({ what: 'password-link-made', person: id, by })
      return { url: `${deps.publicUrl()}/new-password/${token}`, expiresAt: expiresAt.toISOString() }
    },
    async acceptLink(token, password) {
      const id = await personOfLink(db, sha256(token), now())
      const person = id === undefined ? undefined : await deps.findPerson(id)
      if (!person || person.disabled) throw new ProblemError(passwordLinkSpent)
      requireStrong(password, person)
      await db.transaction(async (tx) => {
        if (!(await takePasswordLink(tx, sha256(token)))) throw new ProblemError(passwordLinkSpent)
        await set(tx, person, password)
      })
      await deps.endOthers(person.id, undefined)
      await tell({ what: 'password-changed', person: person.id })
      return person
    },
  }
}
