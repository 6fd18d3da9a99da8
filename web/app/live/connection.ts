/** The `/live` socket: authenticates, subscribes, comes back by itself after a loss with growing pauses. */
import type { LiveMessage, LiveRequest } from '../../../src/telemetry/contract.ts'

export type LinkState = 'connecting' | 'live' | 'offline'

export interface LinkOptions {
  readonly url: string
  readonly token: () => Promise<string | undefined>
  readonly onMessage: (message: LiveMessage) => void
  readonly onFrame: (frame: ArrayBuffer) => void
  readonly onState: (state: LinkState) => void
  /** In [0, 1): spreads the return of many clients after a server's restart. */
  readonly jitter: () => number
}

export interface Link {
  subscribe(request: Extract<LiveRequest, { type: 'subscribe' }>): void
  close(): void
}

const firstPauseMs = 500
const longestPauseMs = 15_000
/** The server beats every 5 s; longer silence is a dead connection or a server that hangs, and must be seen. */
const silenceMs = 12_000

export const pauseMs = (attempt: number, jitter: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** attempt) * (0.75 + jitter / 2)

export function openLink(options: LinkOptions): Link {
  let socket: WebSocket | undefined
  let wanted: Extract<LiveRequest, { type: 'subscribe' }> | undefined
  let ready = false
  let closed = false
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined

  const send = (request: LiveRequest): void => socket?.send(JSON.stringify(request))

  const heard = (): void => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => {
      const dead = socket
      lost() // at once: a close waits for an answer that a dead server does not give
      dead?.close()
    }, silenceMs)
  }

  const receive = (event: MessageEvent): void => {
    heard()
    if (event.data instanceof ArrayBuffer) {
      options.onFrame(event.data)
      return
    }
    const message = JSON.parse(event.data as string) as LiveMessage
    if (message.type === 'ready') {
      ready = true
      attempt = 0
      if (wanted) send(wanted)
      options.onState('live')
    }
    options.onMessage(message)
  }

  const lost = (): void => {
    clearTimeout(watchdog)
    socket = undefined
    ready = false
    if (closed) return
    options.onState('offline')
    timer = setTimeout(() => void connect(), pauseMs(attempt, options.jitter()))
    attempt += 1
  }

  const connect = async (): Promise<void> => {
    const token = await options.token()
    if (closed) return
    if (token === undefined) return lost()
    const opened = new WebSocket(options.url)
    opened.binaryType = 'arraybuffer'
    socket = opened
    opened.onopen = () => send({ type: 'authenticate', token })
    opened.onmessage = receive
    opened.onclose = () => {
      if (socket === opened) lost()
    }
  }

  options.onState('connecting')
  void connect()

  return {
    subscribe(request) {
      wanted = request
      if (ready) send(request)
    },
    close() {
      closed = true
      clearTimeout(timer)
      clearTimeout(watchdog)
      socket?.close()
    },
  }
}
