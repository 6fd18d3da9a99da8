/**
 * `node contracts/compile.ts`: the contracts through npm's Solidity compiler, offline, into `src/ledger/anchor/compiled.json`:
 * interface and bytes of each. The same source gives the same bytes; a test holds the committed file to that.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const folder = dirname(fileURLToPath(import.meta.url))
const root = join(folder, '..')
const artefact = join(root, 'src', 'ledger', 'anchor', 'compiled.json')

const settings = {
  optimizer: { enabled: true, runs: 1_000 },
  evmVersion: 'cancun',
  // Without the hash of metadata the bytes do not depend on comments or on where the source lies.
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

interface Output {
  readonly errors?: readonly { readonly formattedMessage: string }[]
  readonly contracts: Record<
    string,
    Record<
      string,
      { readonly abi: unknown; readonly evm: { readonly bytecode: { readonly object: string } } }
    >
  >
}

/** @throws Error with the compiler's words, also for a warning */
export function compiled(): string {
  const solc = require('solc')
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sol'))
    .sort()
  const sources = Object.fromEntries(
    names.map((name) => [name, { content: readFileSync(join(folder, name), 'utf8') }]),
  )
  const imported = (path: string) => {
    try {
      return { contents: readFileSync(join(root, 'node_modules', path), 'utf8') }
    } catch {
      return { error: `${path} is not installed` }
    }
  }
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const output: Output = JSON.parse(solc.compile(input, { import: imported }))
  const faults = (output.errors ?? []).map(({ formattedMessage }) => formattedMessage)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const contracts = names.map((name) => {
    const contract = name.replace('.sol', '')
    const { abi, evm } = output.contracts[name]![contract]!
    return [contract, { abi, bytecode: `0x${evm.bytecode.object}` }]
  })
  return `${JSON.stringify(Object.fromEntries(contracts))}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(artefact, compiled())
