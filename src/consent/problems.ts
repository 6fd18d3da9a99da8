import { ProblemError } from '../kernel/problem.ts'

/** Every refusal of this domain, once. */
export const problems = {
  invalid: (message: string, where: string) =>
    new ProblemError({ code: 'consent-request-invalid', status: 400, message, where }),
  unknownPatient: () =>
    new ProblemError({
      code: 'patient-unknown',
      status: 404,
      message: 'There is no such patient, or none that you may see.',
    }),
  notForYou: (what: string) => new ProblemError({ code: 'not-permitted', status: 403, message: what }),
  glassNotNeeded: () =>
    new ProblemError({
      code: 'break-glass-not-needed',
      status: 409,
      message: 'You see all of this patient already; there is no glass to break.',
    }),
  unknownBreakGlass: () =>
    new ProblemError({
      code: 'break-glass-unknown',
      status: 404,
      message: 'There is no such emergency access, or it is not yours.',
    }),
  saidAlready: (what: string) =>
    new ProblemError({
      code: 'break-glass-said-already',
      status: 409,
      message: `${what} Nothing was changed.`,
    }),
  unknownForm: (id: string) =>
    new ProblemError({
      code: 'consent-form-unknown',
      status: 400,
      message: `There is no consent form ${JSON.stringify(id)}; GET /api/consent-forms lists them.`,
      where: 'form',
    }),
  oldWording: (version: string) =>
    new ProblemError({
      code: 'consent-wording-changed',
      status: 409,
      message: `The wording was changed since; the newest is ${version}. Read it and decide again.`,
      where: 'version',
    }),
  unknownConsent: () =>
    new ProblemError({
      code: 'consent-unknown',
      status: 404,
      message: 'This patient has no such decision in force.',
    }),
  unknownPerson: () =>
    new ProblemError({ code: 'person-unknown', status: 404, message: 'There is no such member of staff.' }),
} as const
