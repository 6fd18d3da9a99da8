/** Hardhat's EVM node on a free port of this process: a real chain, offline, with funded accounts. */
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'

export interface EvmNode {
  readonly rpcUrl: string
  /** Private keys of accounts that have ether. */
  readonly keys: readonly `0x${string}`[]
  /** Lets the chain's clock go on and mines a block. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

/** Known to everyone: Hardhat's own development accounts. Never hold anything of value. */
const developmentKeys = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
  '0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6',
] as const

export async function evmNode(): Promise<EvmNode> {
  const hre = await createHardhatRuntimeEnvironment({
    networks: { node: { type: 'edr-simulated', chainId: 31_337, chainType: 'l1' } },
  })
  const server = await hre.network.createServer('node', '127.0.0.1', 0)
  const { port } = await server.listen()
  const rpcUrl = `http://127.0.0.1:${port}`
  const rpc = async (method: string, params: readonly unknown[] = []): Promise<void> => {
    const answer = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { error } = (await answer.json()) as { error?: { message: string } }
    if (error) throw new Error(error.message)
  }
  return {
    rpcUrl,
    keys: developmentKeys,
    async advance(seconds) {
      await rpc('evm_increaseTime', [seconds])
      await rpc('evm_mine')
    },
    stop: () => server.close(),
  }
}
