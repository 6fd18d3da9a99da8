import { readFile } from 'node:fs/promises'
import { ProblemError } from '../kernel/problem.ts'
import { loadConfig } from '../platform/config.ts'
import { runServer } from './serve.ts'

/** @returns the exit code; an error is told in words */
export async function start(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string }
    return await runServer(loadConfig(env), version)
  } catch (error) {
    process.stderr.write(
      `vitalwire: ${error instanceof ProblemError ? error.message : (error as Error).stack}\n`,
    )
    return 1
  }
}
