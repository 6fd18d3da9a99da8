import { type Problem, ProblemError } from '../kernel/problem.ts'

/** What monitoring refuses, and why. */
export const problems = {
  alarmUnknown: (): Problem => ({
    code: 'alarm-unknown',
    status: 404,
    message: 'There is no such alarm, or you may not see it.',
  }),
  alarmOver: (): Problem => ({
    code: 'alarm-over',
    status: 409,
    message: 'This alarm was over before anyone acknowledged it; there is nothing left to acknowledge.',
  }),
  patientUnknown: (): Problem => ({
    code: 'patient-unknown',
    status: 404,
    message: 'There is no such patient, or you may not see them.',
  }),
  scoreUnknown: (): Problem => ({
    code: 'score-unknown',
    status: 404,
    message: 'No reading that this score takes has come for this patient yet.',
  }),
  limitUnknown: (where: string): Problem => ({
    code: 'limit-unknown',
    status: 422,
    where,
    message: `There is no rule parameter ${where}; see GET /api/rules.`,
  }),
  limitOutOfBounds: (where: string, min: number, max: number): Problem => ({
    code: 'limit-out-of-bounds',
    status: 422,
    where,
    message: `${where} must lie between ${min} and ${max}.`,
  }),
  monitoringChanged: (): Problem => ({
    code: 'monitoring-changed',
    status: 409,
    message: 'Someone else has changed these limits meanwhile; read them again.',
  }),
  requestInvalid: (message: string): Problem => ({ code: 'request-invalid', status: 400, message }),
} as const

export const refuse = (problem: Problem): never => {
  throw new ProblemError(problem)
}
