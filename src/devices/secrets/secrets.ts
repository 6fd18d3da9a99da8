/** Devices' secrets in memory, by device and by hash; changes are written through, the time of last use now and then. */
import { addMs, type Micros } from '../../kernel/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { Random } from '../../platform/random.ts'
import { FailureThrottle, sameHash, secretBytes, sha256 } from '../credentials.ts'
import { holding, rotated, type Secret, used } from './rotation.ts'
import { createSecretsStore, type SecretsStore, type SecretUse } from './store.ts'

export interface DeviceSecretsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A secret of the device holds no longer: who signed in with it must go. */
  readonly ended: (device: string) => void
}

const failuresPerPair = 10
const failuresPerAddress = 100
const flushPeriodMs = 60_000
const none: readonly Secret[] = []

export class DeviceSecrets {
  readonly #deps: DeviceSecretsDeps
  readonly #store: SecretsStore
  readonly #byDevice = new Map<string, readonly Secret[]>()
  readonly #deviceByHash = new Map<string, string>()
  readonly #deadlines = new Map<string, () => void>()
  readonly #pairs: FailureThrottle
  readonly #addresses: FailureThrottle
  readonly #stopTimer: () => void
  #uses = new Map<string, SecretUse>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(deps: DeviceSecretsDeps) {
    this.#deps = deps
    this.#store = createSecretsStore(deps.db)
    this.#pairs = new FailureThrottle(deps.clock, failuresPerPair)
    this.#addresses = new FailureThrottle(deps.clock, failuresPerAddress)
    this.#stopTimer = deps.clock.every(flushPeriodMs, () => void this.flush())
  }

  async restore(): Promise<void> {
    const kept = Map.groupBy(await this.#store.all(), ({ device }) => device)
    for (const [device, rows] of kept) {
      this.#set(
        device,
        rows.map(({ device: _device, ...secret }) => secret),
      )
    }
  }

  /** The newest, and the one before it where that still holds. */
  of(device: string): { readonly current: Secret; readonly previous: Secret | undefined } | undefined {
    const held = holding(this.#byDevice.get(device) ?? [], this.#deps.clock.now())
    const current = held.at(-1)
    return current && { current, previous: held.length > 1 ? held[0] : undefined }
  }

  /** @param overlapMs how long the one before may go on; 0: it ends now */
  async issue(device: string, overlapMs: number): Promise<string> {
    const { clock, random, ended } = this.#deps
    const password = random.secret(secretBytes)
    const fresh = { sha256: sha256(password), issuedAt: clock.now() }
    const until = overlapMs > 0 ? addMs(fresh.issuedAt, overlapMs) : null
    let before: readonly Secret[]
    let after: readonly Secret[]
    // What a device used while this was written decides which of two it has: then it is thought over.
    do {
      before = this.#byDevice.get(device) ?? none
      after = rotated(before, fresh, until)
      await this.#store.set(device, after)
    } while (before !== (this.#byDevice.get(device) ?? none))
    this.#set(device, after)
    if (before.length > 0 && after.length === 1) ended(device)
    return password
  }

  /** Takes them away; false: there was none. Durable before it is so here. */
  async drop(device: string): Promise<boolean> {
    await this.#store.set(device, none)
    const had = this.#byDevice.has(device)
    this.#set(device, none)
    return had
  }

  /** Whether the secret is the device's; many failures from one address for one device are refused unheard. */
  opens(device: string, secret: string, address: string): boolean {
    const pair = `${device}\n${address}`
    if (this.#pairs.blocked(pair)) return false
    if (this.#use(device, sha256(secret))) {
      this.#pairs.succeeded(pair)
      return true
    }
    this.#pairs.failed(pair)
    const known = this.#byDevice.has(device) ? device : undefined
    if (this.#pairs.blocked(pair)) this.#deps.log.warn({ device: known, address }, 'sign-in is throttled')
    return false
  }

  /** Whose secret it is. */
  ownerOf(secret: string, address: string): string | undefined {
    if (this.#addresses.blocked(address)) return undefined
    const hash = sha256(secret)
    const device = this.#deviceByHash.get(hash.toString('hex'))
    if (this.#use(device ?? '', hash)) return device
    this.#addresses.failed(address)
    return undefined
  }

  /** One after the other: whoever waits for one waits for those before it, whose uses are not here any more. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flushUses())
    return this.#flushing
  }

  async #flushUses(): Promise<void> {
    const uses = this.#uses
    this.#uses = new Map()
    try {
      for (const [hash, use] of uses) await this.#store.used(Buffer.from(hash, 'hex'), use)
    } catch (error) {
      this.#deps.log.warn({ error: (error as Error).message }, 'the use of a secret was not saved')
      for (const [hash, use] of uses) if (!this.#uses.has(hash)) this.#uses.set(hash, use)
    }
  }

  async close(): Promise<void> {
    this.#stopTimer()
    for (const cancel of this.#deadlines.values()) cancel()
    await this.flush()
  }

  #use(device: string, hash: Buffer): boolean {
    const now = this.#deps.clock.now()
    const secrets = holding(this.#byDevice.get(device) ?? [], now)
    // Every one is compared, so that the time it takes says nothing.
    const found = secrets.filter((secret) => sameHash(hash, secret.sha256))[0]
    if (!found) return sameHash(hash, undefined)
    const isFirst = secrets.length > 1 && found === secrets.at(-1)
    if (!isFirst && found.lastUsedAt !== null && now < addMs(found.lastUsedAt, flushPeriodMs)) return true
    this.#set(device, used(secrets, found, now))
    this.#uses.set(hash.toString('hex'), { device, at: now, alone: isFirst })
    if (isFirst) {
      void this.flush()
      this.#deps.ended(device)
    }
    return true
  }

  #set(device: string, secrets: readonly Secret[]): void {
    for (const { sha256: hash } of this.#byDevice.get(device) ?? []) {
      this.#deviceByHash.delete(hash.toString('hex'))
    }
    for (const { sha256: hash } of secrets) this.#deviceByHash.set(hash.toString('hex'), device)
    if (secrets.length > 0) this.#byDevice.set(device, secrets)
    else this.#byDevice.delete(device)
    this.#watchDeadline(device, secrets[0]?.validUntil ?? null)
  }

  #watchDeadline(device: string, until: Micros | null): void {
    this.#deadlines.get(device)?.()
    this.#deadlines.delete(device)
    if (until === null) return
    const { clock, ended } = this.#deps
    const delayMs = Math.max(0, (until - clock.now()) / 1_000)
    const passed = () => {
      this.#set(device, holding(this.#byDevice.get(device) ?? [], until))
      ended(device)
    }
    this.#deadlines.set(device, clock.after(delayMs, passed))
  }
}
