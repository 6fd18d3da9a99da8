import { ProblemError } from '../../kernel/problem.ts'

export const proxyUnknown = () =>
  new ProblemError({
    code: 'proxy-unknown',
    status: 404,
    message: 'There is no such proxy. It may have ended already.',
  })

export const proxyPersonUnknown = () =>
  new ProblemError({
    code: 'proxy-person-unknown',
    status: 404,
    message:
      'There is no account with this e-mail address that may stand for someone. Make the account first.',
    where: 'person',
  })

export const proxyIsPatient = () =>
  new ProblemError({
    code: 'proxy-is-patient',
    status: 422,
    message: 'Nobody is their own proxy: this account is the patient’s.',
    where: 'person',
  })

export const proxyExists = () =>
  new ProblemError({
    code: 'proxy-exists',
    status: 409,
    message: 'This person stands for the patient already. End that first.',
  })

export const proxyNotYours = () =>
  new ProblemError({
    code: 'not-permitted',
    status: 403,
    message: 'Only the patient, a privacy officer or an administrator can say who stands for a patient.',
  })
