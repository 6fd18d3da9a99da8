/** `npx vitalwire COMMAND …` */
import { readFile } from 'node:fs/promises'
import { ProblemError } from '../../kernel/problem.ts'
import { systemClock } from '../../platform/clock.ts'
import { loadConfig } from '../../platform/config.ts'
import { runServer } from '../serve.ts'
import { device, deviceUsage } from './device.ts'
import { doctor } from './doctor.ts'
import { exportLedger, ledgerUsage, verify } from './ledger.ts'
import { replay, replayUsage } from './replay.ts'
import { openServerApi } from './server-api.ts'
import { telemetry, telemetryUsage } from './telemetry.ts'
import { UsageError } from './usage.ts'

const usage = `vitalwire COMMAND

  start            runs the server here in the foreground (VITALWIRE_DEMO=1 for the demo hospital)
  replay FILE …    plays a recording through a real device connection
  device …         registers devices, puts them on patients, issues and ends credentials
  telemetry …      exports, imports and erases what was measured of a patient
  export …         writes the ledger and the rows that it commits to into a folder
  verify FOLDER    says of an export whether anything was altered; offline, with public keys alone
  doctor           looks at this machine, the home and the running server, and says what to do

${replayUsage}

${deviceUsage}

${telemetryUsage}

${ledgerUsage}

A server without the demo is asked as the client VITALWIRE_CLIENT_ID with VITALWIRE_CLIENT_SECRET.`

async function run([command, ...args]: readonly string[]): Promise<number> {
  const config = loadConfig(process.env)
  const openApi = () =>
    openServerApi(config.home, {
      id: process.env['VITALWIRE_CLIENT_ID'],
      secret: process.env['VITALWIRE_CLIENT_SECRET'],
    })
  switch (command) {
    case 'start': {
      const { version } = JSON.parse(
        await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
      ) as { version: string }
      return runServer(config, version)
    }
    case 'replay':
      return replay(args, config.home, openApi)
    case 'device':
      return device(args, await openApi())
    case 'telemetry':
      return telemetry(args, await openApi())
    case 'export':
      return exportLedger(args, config)
    case 'verify':
      return verify(args)
    case 'doctor':
      return doctor(config.home, systemClock)
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
