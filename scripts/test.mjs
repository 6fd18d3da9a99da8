/**
 * `npm test`: installs what is missing and runs every test.
 * Its last line is `N passed, N failed`, with `, N skipped` where something was skipped.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap, main, root, runInPlace } from './bootstrap.mjs'
import { ensurePeers } from './peers.mjs'
import { buildWeb } from './web.mjs'

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitalwire-results-'))
  const results = join(folder, 'results.json')
  let problem = ''
  let code = 1
  try {
    const tools = await bootstrap()
    await ensurePeers()
    await buildWeb(tools)
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=./tests/summary-reporter.ts']
    code = await runInPlace(
      tools.node,
      [vitest, 'run', '--allowOnly=false', ...reporters, ...process.argv.slice(2)],
      {
        env: { ...tools.env, VITALWIRE_TEST_RESULTS: results },
      },
    )
  } catch (error) {
    problem = error.message
  }
  const summary = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined
  rmSync(folder, { recursive: true, force: true })
  return conclude(summary, code, problem)
})

function conclude(summary, code, problem) {
  const { passed = 0, skipped = [], failures = [] } = summary ?? {}
  const failed = [...failures]
  if (problem) failed.push({ name: 'the run itself', message: problem })
  else if (!summary)
    failed.push({ name: 'the run itself', message: `vitest ended with code ${code} and no results` })
  else if (passed + failed.length === 0) failed.push({ name: 'the run itself', message: 'no test ran' })
  else if (code !== 0 && failed.length === 0) {
    failed.push({
      name: 'the run itself',
      message: `every test passed, and yet vitest ended with code ${code}`,
    })
  }
  const reasons = new Map()
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  console.log()
  for (const [reason, count] of reasons) console.log(`skipped ${count}: ${reason}`)
  for (const { name, message } of failed) console.log(`FAILED ${name}\n  ${message.replaceAll('\n', '\n  ')}`)
  const parts = [`${passed} passed`, `${failed.length} failed`]
  if (skipped.length > 0) parts.push(`${skipped.length} skipped`)
  console.log(parts.join(', '))
  return failed.length === 0 ? 0 : 1
}
