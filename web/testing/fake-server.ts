/**
 * A server that answers like the real one, out of the demo ward: for the browser tests and for working on screens.
 * It keeps the real one's content security policy, so that what would be refused there is refused here.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocketServer } from 'ws'
import type { Role } from '../../src/identity/contract.ts'
import type { AlarmView } from '../../src/monitoring/contract.ts'
import { alarmsOf, demoPatients } from './demo-ward.ts'
import { answerAccount, type FakeAccount, fakeAccount } from './fake-account.ts'
import { answerApi } from './fake-api.ts'
import { playLive } from './fake-live.ts'
import { answerSignIn } from './fake-sign-in.ts'

export interface FakeWard {
  readonly startMs: number
  readonly role: Role
  alarms: AlarmView[]
  /** Paths that fail with a status, to see the page's states. */
  readonly faults: Map<string, number>
  /** Told to every live socket. */
  readonly tell: (message: unknown) => void
  readonly waveforms: boolean
  readonly account: FakeAccount
}

export interface FakeServer {
  readonly url: string
  readonly ward: FakeWard
  /** Cuts every live socket and refuses new ones until `restore`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

export interface FakeServerOptions {
  readonly folder: string
  readonly port?: number
  readonly role?: Role
  readonly waveforms?: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = normalize(path).replace(/^(\.\.[/\\])+/, '')
  const name = extname(wanted) === '' ? 'index.html' : wanted
  try {
    const body = await readFile(join(folder, name))
    response.writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
    })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}

const wantsPage = (request: IncomingMessage): boolean =>
  request.headers.accept?.includes('text/html') ?? false

export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const sockets = new WebSocketServer({ noServer: true })
  let refusing = false
  const startMs = Date.now()
  const ward: FakeWard = {
    startMs,
    role: options.role ?? 'nurse',
    alarms: demoPatients.flatMap((patient) => alarmsOf(patient, startMs)),
    faults: new Map(),
    tell: (message) => {
      for (const socket of sockets.clients) socket.send(JSON.stringify(message))
    },
    waveforms: options.waveforms ?? true,
    account: fakeAccount(startMs),
  }

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    const fault = ward.faults.get(url.pathname)
    const answer = async (): Promise<void> => {
      if (fault !== undefined) {
        response.writeHead(fault, { 'content-type': 'application/json' })
        response.end(
          JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ diagnostics: 'Made to fail.' }] }),
        )
      } else if (await answerSignIn(ward, request, url, response)) return
      else if (await answerAccount(ward.account, request, url, response)) return
      else if (
        !(wantsPage(request) && url.pathname === '/alarms') &&
        (await answerApi(ward, request, url, response))
      )
        return
      else await sendFile(options.folder, url.pathname, response)
    }
    void answer()
  })
  http.on('upgrade', (request, socket, head) => {
    if (refusing) socket.destroy()
    else sockets.handleUpgrade(request, socket, head, (opened) => playLive(ward, opened))
  })
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ward,
    cut() {
      refusing = true
      for (const socket of sockets.clients) socket.terminate()
    },
    restore() {
      refusing = false
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
