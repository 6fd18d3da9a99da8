/** For whom a passkey signs (WebAuthn 3, 5.1.2): a domain name, under which it works and nowhere else. */
import { isIP } from 'node:net'

export interface RelyingParty {
  readonly id: string
  /** The pages that may ask for it. */
  readonly origin: string
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * From the public URL, never from a request. An IP address is no relying party; on loopback the server is `localhost` as
 * well. Undefined: there can be no passkeys here.
 */
export function relyingParty(publicUrl: string): RelyingParty | undefined {
  const url = new URL(publicUrl)
  if (loopbackNames.has(url.hostname)) {
    const port = url.port === '' ? '' : `:${url.port}`
    return { id: 'localhost', origin: `${url.protocol}//localhost${port}` }
  }
  const address = url.hostname.replaceAll(/[[\]]/g, '')
  if (url.protocol !== 'https:' || isIP(address) !== 0) return undefined
  return { id: url.hostname, origin: url.origin }
}
