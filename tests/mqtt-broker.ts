import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'

export interface Received {
  readonly topic: string
  readonly payload: Buffer
  readonly retain: boolean
  readonly qos: number
}

/** A small broker that lets in whoever has the password `right`, and remembers what clients published. */
export async function startBroker() {
  const aedes = await Aedes.createBroker()
  const received: Received[] = []
  const waiting: { wanted: (all: readonly Received[]) => boolean; resolve: () => void }[] = []
  const sockets = new Set<Socket>()
  aedes.authenticate = (_client, _username, password, done) => done(null, password?.toString() === 'right')
  aedes.on('publish', ({ topic, payload, retain, qos }) => {
    if (!topic.startsWith('vitalwire/')) return
    received.push({ topic, payload: Buffer.from(payload), retain, qos })
    for (const waiter of waiting.splice(0)) {
      if (waiter.wanted(received)) waiter.resolve()
      else waiting.push(waiter)
    }
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** Resolves when what was received is as wanted. */
    until: (wanted: (all: readonly Received[]) => boolean) =>
      wanted(received)
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ wanted, resolve })),
    /** Tears every line, as a failing network would. */
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
      server.close()
    },
  }
}
export type Broker = Awaited<ReturnType<typeof startBroker>>
