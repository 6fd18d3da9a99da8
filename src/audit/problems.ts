import { ProblemError } from '../kernel/problem.ts'

/** Every refusal of the audit, once. */
export const auditProblems = {
  notWritten: () =>
    new ProblemError({
      code: 'audit-unavailable',
      status: 503,
      message:
        'Who looked at what cannot be recorded at the moment, so nothing about a patient is given out. Try again shortly; an operator sees this at /readyz.',
    }),
  doneNotWritten: () =>
    new ProblemError({
      code: 'audit-unavailable-after',
      status: 503,
      message:
        'This was carried out, but could not be recorded in the audit. Look whether it is as you want it before you repeat it; an operator sees this at /readyz.',
    }),
  badQuery: (message: string, where: string) =>
    new ProblemError({ code: 'audit-query-invalid', status: 400, where, message }),
  notPermitted: () =>
    new ProblemError({
      code: 'not-permitted',
      status: 403,
      message:
        'Only a privacy officer searches the whole audit; a patient sees who looked at their own data, an administrator what was changed in the configuration.',
    }),
}
