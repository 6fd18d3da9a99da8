#!/usr/bin/env node
/** `npx vitalwire …`: the command line, from a checkout. */
import { join } from 'node:path'
import { bootstrap, main, root, runInPlace } from './bootstrap.mjs'

await main(async () => {
  const { node, env } = await bootstrap({ quiet: true })
  // Paths in arguments are relative to where the person is, so the working folder stays theirs.
  const cli = join(root, 'src', 'app', 'cli', 'main.ts')
  return runInPlace(node, [cli, ...process.argv.slice(2)], { env, cwd: process.cwd() })
})
