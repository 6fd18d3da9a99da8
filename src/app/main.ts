/** `npm start` ends here: the server in the foreground until Ctrl-C or SIGTERM. */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '../kernel/problem.ts'
import { loadConfig } from '../platform/config.ts'
import { runServer } from './serve.ts'

try {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  process.exitCode = await runServer(loadConfig(process.env), version)
} catch (error) {
  process.stderr.write(
    `vitalwire: ${error instanceof ProblemError ? error.message : (error as Error).stack}\n`,
  )
  process.exitCode = 1
}
