/** Where this installation's checkpoints go, from its settings; and whose logs it looks at. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../kernel/problem.ts'
import {
  type Anchor,
  type Anchors,
  anchorRoutes,
  chainAnchor,
  chainOf,
  createAnchors,
  crossCheck,
  type EvmChain,
  fileAnchor,
  type Ledger,
  registerConsents,
  timeStampAnchor,
} from '../ledger/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { AnchorConfig, Config } from '../platform/config.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Random } from '../platform/random.ts'

export interface WireAnchorsDeps {
  readonly config: Pick<Config, 'home' | 'anchors'>
  readonly db: Database
  readonly ledger: Ledger
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly jobs: Jobs
  readonly http: FastifyInstance
  /** Of a version of a Consent. */
  readonly consentStatus: (key: string) => Promise<string | undefined>
}

type Hex = `0x${string}`
const anchorPeriodMs = 60_000
const crossCheckPeriodMs = 300_000

export async function wireAnchors(deps: WireAnchorsDeps): Promise<Anchors> {
  const { config, db, ledger, clock, random, log, jobs, http } = deps
  const { chain: onChain, timeStamp } = config.anchors
  const chain = onChain && (await openChain(config.home, onChain, random))
  const places: Anchor[] = [fileAnchor(config.anchors.file ?? join(config.home, 'anchors', 'checkpoints'))]
  if (timeStamp) places.push(timeStampAnchor({ ...timeStamp, random }))
  if (chain && onChain) places.push(chainAnchor(chain, onChain.contract as Hex))
  const anchors = createAnchors({
    ...{ db, ledger, anchors: places, clock, log, periodMs: config.anchors.periodMs },
    ...(chain && onChain ? { chain: await chainView(chain, onChain) } : {}),
  })
  jobs.add({ name: 'ledger-anchors', periodMs: anchorPeriodMs, run: () => anchors.run() })
  if (chain && onChain) watchChain(deps, chain, onChain)
  await http.register(anchorRoutes(anchors))
  return anchors
}

function watchChain(deps: WireAnchorsDeps, chain: EvmChain, onChain: ChainConfig): void {
  const { db, clock, log, jobs } = deps
  const contract = onChain.contract as Hex
  if (onChain.peers.length > 0) {
    const peers = onChain.peers.map(({ account, url }) => ({ account: account as Hex, url }))
    jobs.add({
      name: 'ledger-cross-check',
      periodMs: crossCheckPeriodMs,
      run: async () => void (await crossCheck({ db, chain, contract, peers, clock, log })),
    })
  }
  const registry = onChain.registry as Hex | undefined
  if (registry) {
    jobs.add({
      name: 'consent-registry',
      periodMs: anchorPeriodMs,
      run: async (signal) =>
        void (await registerConsents({ db, chain, registry, statusOf: deps.consentStatus }, signal)),
    })
  }
}

type ChainConfig = NonNullable<AnchorConfig['chain']>

/** The account's key lies in a file of its own, made at the first start; the account is what others admit. */
export async function openChain(
  home: string,
  onChain: Pick<ChainConfig, 'rpcUrl' | 'keyFile'>,
  random: Random,
) {
  const file = onChain.keyFile ?? join(home, 'keys', 'chain-account')
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  const privateKey = (kept?.trim() ??
    `0x${Buffer.from(random.secret(32), 'base64url').toString('hex')}`) as Hex
  if (!/^0x[0-9a-f]{64}$/i.test(privateKey)) {
    throw new ProblemError({
      code: 'config-invalid',
      status: 500,
      where: file,
      message: `${file} is no key of an account: it must hold 0x and 64 hexadecimal digits.`,
    })
  }
  if (kept === undefined) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, `${privateKey}\n`, { mode: 0o600, flag: 'wx' })
  }
  return chainOf({ rpcUrl: onChain.rpcUrl, privateKey })
}

async function chainView(chain: EvmChain, { contract, publicRpcUrl }: ChainConfig) {
  const chainId = await chain.reader.getChainId().catch(() => 0)
  return {
    ...{ chainId, contract, account: chain.account },
    ...(publicRpcUrl === undefined ? {} : { rpcUrl: publicRpcUrl }),
  }
}
