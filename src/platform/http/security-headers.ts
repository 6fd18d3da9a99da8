/**
 * No script but our own files, no frame around us, nothing loaded from elsewhere.
 *
 * No `'unsafe-inline'` anywhere, for styles neither: the page is a static file, and everything in it is a file of ours.
 * `connect-src` names our own host for ws: and wss:, which Safari before 15.4 does not read into 'self'.
 * `form-action` is left out below /oauth: Chromium applies it to redirects too, and the form that signs a person in
 * ends in a redirect to the app that asked.
 */
export function securityHeaders(request: {
  readonly host: string
  readonly path: string
  readonly secure: boolean
  /** Origins beyond our own that a page may ask: a chain's node. */
  readonly alsoAsks?: readonly string[]
}): Readonly<Record<string, string>> {
  const { host, path, secure, alsoAsks = [] } = request
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    [`connect-src 'self' ws://${host} wss://${host}`, ...alsoAsks].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(path.startsWith('/oauth') ? [] : ["form-action 'self'"]),
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // Answers hold patient data unless a route says otherwise.
    'cache-control': 'no-store',
    ...(secure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
