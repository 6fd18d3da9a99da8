/** The living state of the app: one socket, one store of vitals, one of alarms, one ring for each waveform in sight. */
import type { AlarmView, Board, ScoreView } from '../../../src/monitoring/contract.ts'
import type { LiveMessage } from '../../../src/telemetry/contract.ts'
import { decodeWaveformFrame } from '../../kit/waveform/frame.ts'
import { createSweepBuffer, type SweepBuffer } from '../../kit/waveform/sweep-buffer.ts'
import { createWall } from '../../kit/waveform/wall.ts'
import { alignClock, serverNowMs } from '../clock.ts'
import { session } from '../session/session.ts'
import { createAlarmStore } from './alarm-store.ts'
import { type Link, type LinkState, openLink } from './connection.ts'
import { createPacedNotifier } from './paced-notifier.ts'
import { createVitalsStore } from './vitals-store.ts'

export const vitals = createVitalsStore(serverNowMs, createPacedNotifier())
export const alarms = createAlarmStore()
export const wall = createWall(serverNowMs)

const buffers = new Map<string, SweepBuffer>()
const stateListeners = new Set<() => void>()
const refreshListeners = new Set<() => void>()
let link: Link | undefined
let linkState: LinkState = 'connecting'
let lostAtMs: number | undefined
let wantedWaveforms: readonly string[] = []
let ticker: ReturnType<typeof setInterval> | undefined

export function bufferOf(patient: string, metric: string): SweepBuffer {
  const key = `${patient} ${metric}`
  let buffer = buffers.get(key)
  if (!buffer) {
    buffer = createSweepBuffer()
    buffers.set(key, buffer)
  }
  return buffer
}

function setState(next: LinkState): void {
  const returned = next === 'live' && linkState === 'offline'
  if (next === 'offline' && linkState !== 'offline') lostAtMs = serverNowMs()
  if (next === 'live') lostAtMs = undefined
  linkState = next
  vitals.setConnected(next !== 'offline')
  for (const listener of stateListeners) listener()
  if (returned) askAgain()
}

/** Something was missed: whoever shows a state fetched before asks for it again. */
function askAgain(): void {
  for (const listener of refreshListeners) listener()
}

function receive(message: LiveMessage): void {
  if (message.type === 'ready') alignClock(message.serverTime)
  else if (message.type === 'reading') {
    const { metric, value, quality, device } = message
    vitals.put(message.patient, {
      metric,
      value,
      quality,
      device,
      measuredAtMs: Date.parse(message.measuredAt),
    })
  } else if (message.type === 'alarm') alarms.put(message.alarm as unknown as AlarmView)
  else if (message.type === 'score') alarms.putScore(message.score as unknown as ScoreView)
  else if (message.type === 'revised') {
    vitals.forget(message.patient, message.metric)
    askAgain()
  } else if (message.type === 'gap' || message.type === 'device') askAgain()
}

function receiveFrame(bytes: ArrayBuffer): void {
  const frame = decodeWaveformFrame(bytes)
  if (frame) bufferOf(frame.patient, frame.metric).push(frame, serverNowMs())
}

const request = () => ({
  type: 'subscribe' as const,
  readings: true,
  alarms: true,
  waveforms: wantedWaveforms,
})

export const live = {
  start(): void {
    if (link) return
    link = openLink({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/live`,
      token: session.accessToken,
      onMessage: receive,
      onFrame: receiveFrame,
      onState: setState,
      jitter: () => crypto.getRandomValues(new Uint8Array(1))[0]! / 256,
    })
    link.subscribe(request())
    ticker = setInterval(() => vitals.sweep(), 1_000)
  },
  stop(): void {
    link?.close()
    link = undefined
    clearInterval(ticker)
    buffers.clear()
  },
  wantWaveforms(metrics: readonly string[]): void {
    const next = [...new Set(metrics)].sort()
    if (next.join() === wantedWaveforms.join()) return
    wantedWaveforms = next
    link?.subscribe(request())
  },
  /** What the board answered becomes the stores' truth; readings only where they are newer. */
  takeBoard(board: Board): void {
    for (const tile of board.tiles) {
      for (const { metric, value, quality, device, measuredAt } of tile.readings) {
        vitals.put(tile.patient.id, { metric, value, quality, device, measuredAtMs: Date.parse(measuredAt) })
      }
    }
    alarms.replaceAll(
      board.tiles.flatMap((tile) => tile.alarms),
      board.tiles.flatMap((tile) => (tile.score ? [tile.score] : [])),
    )
  },
  state: (): LinkState => linkState,
  lostAtMs: (): number | undefined => lostAtMs,
  onState(listener: () => void): () => void {
    stateListeners.add(listener)
    return () => stateListeners.delete(listener)
  },
  onRefresh(listener: () => void): () => void {
    refreshListeners.add(listener)
    return () => refreshListeners.delete(listener)
  },
}
