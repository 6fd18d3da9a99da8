/** `npx vitalwire COMMAND …` */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '../../kernel/problem.ts'
import { loadConfig } from '../../platform/config.ts'
import { runServer } from '../serve.ts'
import { replay, replayUsage } from './replay.ts'
import { UsageError } from './usage.ts'

const usage = `vitalwire COMMAND

  start            runs the server here in the foreground (VITALWIRE_DEMO=1 for the demo hospital)
  replay FILE …    plays a recording through a real device connection

${replayUsage}`

async function run([command, ...args]: readonly string[]): Promise<number> {
  const config = loadConfig(process.env)
  switch (command) {
    case 'start': {
      const { version } = JSON.parse(
        await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
      ) as { version: string }
      return runServer(config, version)
    }
    case 'replay':
      return replay(args, config.home)
    case undefined:
    case 'help':
    case '--help':
      console.log(usage)
      return 0
    default:
      throw new UsageError(`there is no command ${command}`, usage)
  }
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) console.error(`vitalwire: ${error.message}\n\n${error.usage}`)
  else if (error instanceof ProblemError) console.error(`vitalwire: ${error.message}`)
  else console.error(`vitalwire: ${(error as Error).message}`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
