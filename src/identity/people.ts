import { z } from 'zod'
import { ProblemError } from '../kernel/problem.ts'
import { msFromMicros } from '../kernel/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Database, Queryable } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'
import type { PersonView } from './contract.ts'
import { sha256 } from './digest.ts'
import type { NewPerson, Person } from './model.ts'
import { hashPassword } from './passwords/password.ts'
import { weaknessOf, weaknessText } from './passwords/strength.ts'
import { peopleWithPasskeys } from './store/passkeys.ts'
import {
  hasAdministrator,
  insertPerson,
  listPeople,
  peopleWithSecondFactor,
  replaceWelcomeLink,
  takeWelcomeLink,
} from './store/people.ts'

interface PeopleDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

const welcomeTtlMs = 24 * 3_600_000
const fhirId = /^[A-Za-z0-9\-.]{1,64}$/

const newPerson = z
  .object({
    email: z.email('must be an e-mail address').max(254),
    name: z.string().trim().min(1, 'must not be empty').max(200),
    roles: z.array(z.enum(['nurse', 'physician', 'patient', 'biomed', 'admin', 'privacy'])).min(1),
    password: z.string().max(1_024),
    id: z.string().regex(fhirId).optional(),
    fhirUser: z
      .string()
      .regex(/^(Practitioner|Patient|RelatedPerson)\/[A-Za-z0-9\-.]{1,64}$/)
      .optional(),
    patient: z.string().regex(fhirId).optional(),
  })
  .refine(
    ({ roles, patient, fhirUser }) =>
      !roles.includes('patient') || patient !== undefined || fhirUser?.startsWith('RelatedPerson/') === true,
    {
      path: ['patient'],
      message: 'a patient must name the record that is theirs, who stands for one their RelatedPerson',
    },
  )
  .check(({ value, issues }) => {
    const weakness = weaknessOf(value.password, [value.email, value.name])
    if (weakness === undefined) return
    issues.push({ code: 'custom', input: null, path: ['password'], message: weaknessText[weakness] })
  })

/** @throws ProblemError 422 naming the fields, never what was in them. */
function parse(person: NewPerson): z.infer<typeof newPerson> {
  const parsed = newPerson.safeParse(person)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  throw new ProblemError({
    code: 'person-invalid',
    status: 422,
    message: `This account cannot be made: ${fields.join('; ')}.`,
    where: parsed.error.issues[0]?.path.join('.') ?? '',
  })
}

export async function createPerson(
  deps: PeopleDeps,
  given: NewPerson,
  db: Queryable = deps.db,
): Promise<Person> {
  const input = parse(given)
  const id = input.id ?? deps.random.uuid()
  const person: Person = {
    id,
    email: input.email,
    name: input.name,
    roles: input.roles,
    fhirUser:
      input.fhirUser ?? (input.patient === undefined ? `Practitioner/${id}` : `Patient/${input.patient}`),
    patient: input.patient ?? null,
    disabled: false,
  }
  const hash = await hashPassword(input.password, deps.random)
  if (!(await insertPerson(db, person, hash, new Date(msFromMicros(deps.clock.now()))))) {
    throw new ProblemError({
      code: 'person-exists',
      status: 409,
      message: 'There is already an account with this e-mail address or id.',
    })
  }
  deps.log.info({ person: id, roles: input.roles }, 'account made')
  return person
}

export async function viewPeople(db: Queryable): Promise<readonly PersonView[]> {
  const withSecondFactor = await peopleWithSecondFactor(db)
  const withPasskeys = await peopleWithPasskeys(db)
  return (await listPeople(db)).map(({ id, name, email, roles, disabled }) => ({
    id,
    name,
    email,
    roles,
    disabled,
    secondFactor: withSecondFactor.has(id),
    passkeys: withPasskeys.has(id),
  }))
}

/** The token of a fresh link; earlier ones stop working. Undefined where there is an administrator. */
export async function createFirstAdminLink({ db, random, clock }: PeopleDeps): Promise<string | undefined> {
  if (await hasAdministrator(db)) return undefined
  const token = random.secret(32)
  const expiresAt = new Date(msFromMicros(clock.now()) + welcomeTtlMs)
  await db.transaction((tx) => replaceWelcomeLink(tx, sha256(token), expiresAt))
  return token
}

/** @throws ProblemError 404 where the link was used, replaced or has expired; then nothing is made. */
export async function acceptFirstAdminLink(
  deps: PeopleDeps,
  token: string,
  person: Omit<NewPerson, 'roles'>,
): Promise<Person> {
  const now = new Date(msFromMicros(deps.clock.now()))
  return deps.db.transaction(async (tx) => {
    // Taken and account made in one transaction: a name that is refused does not burn the link.
    if (!(await takeWelcomeLink(tx, sha256(token), now)) || (await hasAdministrator(tx))) {
      throw new ProblemError({
        code: 'welcome-link-spent',
        status: 404,
        message: 'This link was used or has expired. Restart the server to print a new one.',
      })
    }
    return createPerson(deps, { ...person, roles: ['admin'] }, tx)
  })
}
