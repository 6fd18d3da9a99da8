/**
 * The demo hospital as a user starts it, its ward board open in Chromium on a wall screen: from a device's publish to the
 * painted numeral, the share of the board's frames over 50 ms, and the server's memory.
 */
import { readFile } from 'node:fs/promises'
import { chromiumPath, skipReason } from '../tests/browser/browser.ts'
import { openRealBoard, share } from '../tests/browser/real-board.ts'
import { startServer } from '../tests/scenarios/server.ts'
import { percentile, repeats, report } from './measuring/figure.ts'

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024
}

async function measure(): Promise<void> {
  const server = await startServer()
  const board = await openRealBoard(server)
  const found = { p50: [] as number[], p99: [] as number[], slow: [] as number[], memory: [] as number[] }
  for (const _ of repeats) {
    const times = await board.readingsToPixels(100)
    found.p50.push(percentile(times, 50))
    found.p99.push(percentile(times, 99))
    found.slow.push(100 * share(await board.frameTimes(8), 50))
    found.memory.push(await residentMegabytes(server.runtime.pid))
  }
  await board.close()
  await server.remove()
  report('reading-to-pixels-p50', 'ms', found.p50)
  report('reading-to-pixels-p99', 'ms', found.p99)
  report('board-frames-over-50ms', '%', found.slow)
  report('board-server-rss', 'MB', found.memory)
}

if (chromiumPath) await measure()
else process.stdout.write(`left out: ${skipReason}\n`)
process.exit(0)
