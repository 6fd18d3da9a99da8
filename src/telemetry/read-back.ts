import type { Newest } from './newest.ts'
import type { Reading } from './reading.ts'
import { microsPerTenth } from './segment.ts'
import { standing } from './versions.ts'

/** Readings looked at together, so that a long withdrawn stretch costs time and not memory. */
const page = 2_000

/** Finds what is newest now in the series whose newest sample was withdrawn. What cannot be read stays to be asked again. */
export async function readBack(newest: Newest, reading: Reading): Promise<void> {
  for (const series of newest.toReadBack()) {
    for (let to = newest.at[series]! + 1; ; ) {
      const found = await reading.newest(series, to, page)
      const left = standing(found)
      const last = left.count - 1
      if (last >= 0) {
        newest.standIn(series, {
          measuredAt: left.measuredAt[last]!,
          receivedAt: left.received[last]! * microsPerTenth,
          value: left.value[last]!,
          quality: left.quality[last]!,
        })
      }
      if (last >= 0 || found.count === 0) break
      to = found.measuredAt[0]!
    }
    newest.wasReadBack(series)
  }
}
