import { readFile } from 'node:fs/promises'
import { readConfig } from './config.ts'
import { startFleet } from './fleet.ts'
import { historySentLine } from './index.ts'
import { localHour, onStop, outside, printError, printLine, readDocument } from './outside.ts'
import { printCourses } from './print.ts'

/**
 * `node src/simulator/main.ts [FILE]`: runs the devices of one JSON document (`config.ts`) from FILE or standard input.
 * `--print MINUTES` writes the courses' values as a table instead and talks to nobody.
 */
async function main(args: readonly string[]): Promise<number> {
  if (args[0] === '--print') {
    printCourses(Number(args[1] ?? 60), printLine)
    return 0
  }
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  onStop(stop)
  const text = args[0] ? await readFile(args[0], 'utf8') : await readDocument(stop)
  const config = readConfig(text)
  if ('issues' in config) {
    printError({ event: 'configuration-refused', issues: config.issues })
    return 2
  }
  const fleet = startFleet({
    config,
    outside,
    localHour,
    onTrouble: printError,
    onHistorySent: () => printLine(historySentLine),
  })
  fleet.ready.then(() => printLine(`simulator ready ${config.patients.length} devices`))
  await stopped
  await fleet.stop()
  return 0
}

process.exit(await main(process.argv.slice(2)))
