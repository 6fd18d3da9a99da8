import { constants } from 'node:crypto'
import type { TlsOptions } from 'node:tls'

/** RFC 9325 (BCP 195) 4.2: forward secrecy and authenticated encryption, nothing else. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

const handshakeTimeoutMs = 10_000

/**
 * TLS for peers that may show a certificate of `clientAuthority`. The handshake goes through without one, or with one
 * that does not hold: who asks then refuses in the words of its own protocol. No session is resumed, so that every
 * connection shows what it stands on.
 */
export const tlsOptions = (given: {
  readonly cert: string
  readonly key: string
  readonly clientAuthority: string
}): TlsOptions => ({
  ...{ cert: given.cert, key: given.key, ca: given.clientAuthority },
  ...{ requestCert: true, rejectUnauthorized: false },
  ...{ minVersion: 'TLSv1.2', ciphers, honorCipherOrder: true },
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  handshakeTimeout: handshakeTimeoutMs,
})
