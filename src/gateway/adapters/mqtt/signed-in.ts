import type { Client } from 'aedes'
import type { Device } from '../../../devices/index.ts'

/** What a connection stands on. */
export interface Session {
  readonly device: Device
  /** Serial number; undefined: it signed in with its secret. */
  readonly certificate: string | undefined
}

/**
 * Who is signed in on what, from the moment that is known: also while the broker still takes it in, so that what is
 * revoked just then does not slip through.
 */
export class SignedIn {
  readonly #sessions = new WeakMap<Client, Session>()
  readonly #clients = new Map<string, Set<Client>>()

  add(client: Client, session: Session): void {
    this.#sessions.set(client, session)
    const clients = this.#clients.get(session.device.id) ?? new Set()
    this.#clients.set(session.device.id, clients.add(client))
  }

  remove(client: Client): void {
    const id = this.deviceOf(client)?.id ?? ''
    const clients = this.#clients.get(id)
    clients?.delete(client)
    if (clients?.size === 0) this.#clients.delete(id)
  }

  deviceOf(client: Client): Device | undefined {
    return this.#sessions.get(client)?.device
  }

  end(device: string, stands: (session: Session) => boolean): void {
    for (const client of [...(this.#clients.get(device) ?? [])]) {
      const session = this.#sessions.get(client)
      if (session && stands(session)) client.close()
    }
  }
}
