import { type Problem, ProblemError } from '../kernel/problem.ts'

/** Every refusal of the registry, once. */
const table = {
  'device-unknown': { status: 404, message: 'There is no such device. The device list has the ids.' },
  'device-exists': {
    status: 409,
    message: 'A device with this id is registered already. Choose another id.',
  },
  'device-id-invalid': {
    status: 422,
    message: 'A device id has 1 to 64 letters, digits, dots and hyphens, and begins with a letter or digit.',
  },
  'device-revoked': { status: 409, message: 'This device was revoked. Register it anew under another id.' },
  'overlap-too-long': {
    status: 422,
    message: 'The secret before may go on for at most 336 hours (14 days).',
  },
  'profile-unknown': { status: 422, message: 'There is no such device profile.' },
  'association-in-past': {
    status: 409,
    message:
      'The device was put on a patient later than this time already. Say what was wrong about the past with POST /api/devices/{id}/associations/correct.',
  },
  'correction-empty': {
    status: 400,
    message: 'The time must begin in the past, and before it ends.',
  },
} as const satisfies Record<string, { status: number; message: string }>

export type DevicesProblemCode = keyof typeof table

export const devicesProblemCodes = Object.keys(table) as readonly DevicesProblemCode[]

export function devicesProblem(code: DevicesProblemCode, where?: string): Problem {
  return { code, ...table[code], ...(where === undefined ? {} : { where }) }
}

export const devicesRefusal = (code: DevicesProblemCode, where?: string) =>
  new ProblemError(devicesProblem(code, where))
