import type { AddressInfo, Server } from 'node:net'

/** Binds a TCP server; port 0 takes any free one. Rejects where the port is taken or not allowed. */
export function listenTcp(server: Server, host: string, port: number): Promise<{ readonly port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve({ port: (server.address() as AddressInfo).port })
    })
  })
}
