/** Plays packs over MQTT at a speed, or as fast as they are acknowledged; counts what became of every sample. */
import mqtt from 'mqtt'
import { elapsedS, waitMs } from './outside.ts'
import type { Pack } from './pack.ts'

export interface PlayerOptions {
  readonly url: string
  readonly device: string
  readonly username: string
  readonly password: string
  /** 1: as it was recorded; 'max': as fast as acknowledged. */
  readonly speed: number | 'max'
  readonly onProgress: (progress: PlayerProgress) => void
  readonly stop?: AbortSignal
}

export interface PlayerProgress {
  readonly atS: number
  readonly sent: number
  readonly acknowledged: number
}

export interface PlayerOutcome {
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly reasons: readonly string[]
}

const maxInFlight = 32
const progressEveryS = 0.5

/** @throws Error where the connection cannot be made or the credential is refused */
export async function play(packs: Iterable<Pack>, options: PlayerOptions): Promise<PlayerOutcome> {
  const client = await mqtt.connectAsync(options.url, {
    protocolVersion: 4,
    clientId: options.device,
    username: options.username,
    password: options.password,
    clean: true,
    reconnectPeriod: 1_000,
    will: {
      topic: `vitalwire/${options.device}/status`,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    },
  })
  const count = { sent: 0, acknowledged: 0, refused: 0 }
  const reasons = new Set<string>()
  const inFlight = new Set<Promise<void>>()
  const send = (pack: Pack) => {
    count.sent += pack.samples
    const task = client
      .publishAsync(`vitalwire/${options.device}/telemetry`, Buffer.from(pack.payload), { qos: 1 })
      .then(
        () => {
          count.acknowledged += pack.samples
        },
        (error: Error) => {
          count.refused += pack.samples
          reasons.add(error.message)
        },
      )
      .finally(() => inFlight.delete(task))
    inFlight.add(task)
  }
  try {
    await client.publishAsync(`vitalwire/${options.device}/status`, 'online', { qos: 1, retain: true })
    const beganS = elapsedS()
    let shownS = beganS
    for (const pack of packs) {
      if (options.stop?.aborted) break
      if (options.speed !== 'max') {
        const waitS = pack.dueS / options.speed - (elapsedS() - beganS)
        if (waitS > 0) await waitMs(waitS * 1_000)
      }
      while (inFlight.size >= maxInFlight) await Promise.race(inFlight)
      send(pack)
      if (elapsedS() - shownS > progressEveryS) {
        shownS = elapsedS()
        options.onProgress({ atS: pack.dueS, ...count })
      }
    }
    await Promise.all(inFlight)
    await client.publishAsync(`vitalwire/${options.device}/status`, 'offline', { qos: 1, retain: true })
  } finally {
    await client.endAsync()
  }
  return { ...count, reasons: [...reasons] }
}
