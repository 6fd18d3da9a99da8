/** `npm run check`: format and lint, types, architecture, supply chain. Seconds, so that it is run before every commit. */
import { join } from 'node:path'
import { bootstrap, main, root, run } from './bootstrap.mjs'

const tool = (...path) => join(root, 'node_modules', ...path)

const checks = [
  [
    'format and lint',
    [tool('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings', '--colors=off', '.'],
  ],
  ['types', [tool('typescript', 'bin', 'tsc'), '-p', '.']],
  ['architecture', [tool('vitest', 'vitest.mjs'), 'run', '--config', 'tests/architecture/vitest.config.ts']],
  ['supply chain', [join(root, 'scripts', 'supply-chain.mjs')]],
]

await main(async () => {
  const { node, env } = await bootstrap({ quiet: true })
  let failed = 0
  const startedMs = performance.now()
  const report = async ([name, args]) => {
    try {
      const said = await run(node, args, { env: { ...env, NO_COLOR: '1' } })
      // What could not be looked at is no pass, and must not look like one.
      for (const line of said.split('\n').filter((one) => one.includes('NOT ASKED'))) console.log(line)
      console.log(`${name}: good, ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`)
    } catch (error) {
      failed++
      console.log(`${name}: FAILED\n${error.message}\n`)
    }
  }
  await Promise.all(checks.map(report))
  return failed === 0 ? 0 : 1
})
