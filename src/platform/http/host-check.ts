/**
 * Against DNS rebinding: a page of a foreign site can make its own name point at 127.0.0.1 and so talk to a server
 * on loopback with the visitor's reach. The Host header gives it away, and Origin does for WebSockets, which no
 * same-origin rule of the browser guards.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Problem } from '../../kernel/problem.ts'

export interface HostRules {
  /** The address that `listen` is given. */
  readonly listenHost: string
  readonly publicUrl?: string | undefined
  /** Other names this server goes by, such as those that devices use. */
  readonly otherNames?: readonly string[]
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

function hostnameOf(host: string): string | undefined {
  try {
    const url = new URL(`http://${host}`)
    // Anything beyond name and port (a path, a user) is no Host header.
    return url.pathname === '/' && url.username === '' && url.search === '' ? url.hostname : undefined
  } catch {
    return undefined
  }
}

export function hostCheck({ listenHost, publicUrl, otherNames = [] }: HostRules) {
  const onLoopback = loopbackNames.has(listenHost) || listenHost === '::1'
  const publicAddress = publicUrl === undefined ? undefined : new URL(publicUrl)
  const isOurs = (name: string): boolean => {
    if (name === publicAddress?.hostname || otherNames.includes(name)) return true
    return onLoopback ? loopbackNames.has(name) : publicAddress === undefined
  }
  /** Undefined: the request is addressed to us. */
  return (headers: IncomingHttpHeaders): Problem | undefined => {
    const host = headers.host ?? ''
    const name = hostnameOf(host)
    if (name === undefined || !isOurs(name)) {
      return {
        code: 'host-not-known',
        status: 421,
        message: 'This server does not answer to that host name. Set PUBLIC_URL to the address people use.',
      }
    }
    const { origin, upgrade } = headers
    if (upgrade === undefined || origin === undefined) return undefined
    const fromUs =
      origin === publicAddress?.origin || origin === `http://${host}` || origin === `https://${host}`
    if (fromUs) return undefined
    return { code: 'origin-not-known', status: 403, message: 'Live sockets are for pages of this server.' }
  }
}
