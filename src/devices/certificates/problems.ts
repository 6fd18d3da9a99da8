import { type Problem, ProblemError } from '../../kernel/problem.ts'

/** Every refusal around devices' certificates, once. `{}` stands for what the caller names. */
const table = {
  'enrolment-refused': {
    status: 401,
    message:
      'The device id or the one-time code is wrong, or the code was used or has ended. Make a new one on the page of devices’ certificates.',
  },
  'enrolment-throttled': {
    status: 429,
    message: 'Too many wrong codes came from this address. Wait a minute.',
  },
  'request-refused': { status: 400, message: 'The certificate request was refused: {}' },
  'certificate-needed': {
    status: 401,
    message: 'Connect with the certificate that the device has now; it is what a renewal is granted on.',
  },
  'certificate-refused': { status: 401, message: 'The client certificate was refused: {}' },
  'renewal-too-early': {
    status: 409,
    message: 'This certificate can be renewed in the last third of its life: from {} on.',
  },
  'certificates-too-many': {
    status: 409,
    message: 'This device has {} valid certificates. Revoke those that nobody uses.',
  },
  'certificate-unknown': { status: 404, message: 'There is no certificate with this serial number.' },
  'certificate-revoked': { status: 409, message: 'This certificate is revoked already.' },
  'tls-files-unusable': {
    status: 500,
    message: 'TLS_CERT_FILE and TLS_KEY_FILE must be a certificate and its key in PEM: {}',
  },
} as const satisfies Record<string, { status: number; message: string }>

export type CertificatesProblemCode = keyof typeof table

export const certificatesProblemCodes = Object.keys(table) as readonly CertificatesProblemCode[]

export function certificatesProblem(
  code: CertificatesProblemCode,
  { detail = '', where }: { readonly detail?: string; readonly where?: string } = {},
): Problem {
  const { status, message } = table[code]
  return { code, status, message: message.replace('{}', detail), ...(where === undefined ? {} : { where }) }
}

export const certificatesRefusal = (...about: Parameters<typeof certificatesProblem>) =>
  new ProblemError(certificatesProblem(...about))
