import type { Problem } from '../../kernel/problem.ts'

export const passkeysUnavailable: Problem = {
  code: 'passkeys-unavailable',
  status: 409,
  message:
    'Passkeys need a host name with TLS, or localhost. Whoever runs this server can set PUBLIC_URL to one.',
}
export const passkeyRefused: Problem = {
  code: 'passkey-refused',
  status: 422,
  message: 'This passkey could not be added. Begin again.',
}
