import type { MetricBand } from '../../kernel/metrics/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/postgres/database.ts'
import { decodeSampleBlock } from '../codec/sample-block.ts'
import { type BlockKey, lockCompaction } from '../store/block-store.ts'
import { markRolled, readUnrolledBlocks } from '../store/rollup-store.ts'
import { hourUs } from './rollup.ts'
import { noRolledRows, rollBlock, writeRolledBlocks } from './write-rollups.ts'

/** What comes a little late still finds the hour open, so that it is rolled up once. */
const graceUs = 5 * 60_000_000
/** So few that rolling them up holds nothing else up. */
const blocksAtOnce = 20

/**
 * Rolls up the hours that are over and were written to since they last were: once for nearly all, while their blocks were
 * rewritten each minute. Each step is one transaction under the lock of compaction; what a crash cuts off is found again.
 * Answers how many blocks.
 */
export async function rollFinishedHours(
  deps: {
    readonly db: Database
    readonly clock: Clock
    readonly bandsOf: (series: number) => readonly MetricBand[]
  },
  most: number,
): Promise<number> {
  const before = deps.clock.now() - hourUs - graceUs
  // Hours that are still open lie between: a step need not pass by those of the steps before.
  let after: BlockKey = { series: 0, periodStart: 0 }
  for (let done = 0; ; ) {
    const rolled = await deps.db.transaction(async (tx) => {
      if (!(await lockCompaction(tx))) return 0
      const blocks = await readUnrolledBlocks(tx, before, after, Math.min(blocksAtOnce, most - done))
      if (blocks.length === 0) return 0
      after = blocks.at(-1)!
      const rows = noRolledRows()
      for (const { series, periodStart, payload } of blocks) {
        rollBlock(rows, { series, periodStart, all: decodeSampleBlock(payload) }, deps.bandsOf(series))
      }
      await writeRolledBlocks(tx, rows)
      await markRolled(tx, blocks)
      return blocks.length
    })
    done += rolled
    if (rolled < blocksAtOnce || done >= most) return done
  }
}
