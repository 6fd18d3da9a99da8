import { type Downsampled, downsample } from '../downsample.ts'
import type { Reading } from '../reading.ts'
import { mergeVersions, standing, visible } from '../versions.ts'
import { downsampleRollups, widthFor } from './downsample-rollups.ts'
import { joinRollups } from './rollup.ts'

/** At most `points` points of these series together, from roll-ups where a bucket is wide enough. */
export async function readDownsampled(
  reading: Pick<Reading, 'rollups' | 'versions'>,
  series: readonly number[],
  from: number,
  to: number,
  points: number,
): Promise<Downsampled> {
  const widthUs = widthFor(from, to, points)
  if (widthUs !== undefined) {
    const parts = await Promise.all(series.map((id) => reading.rollups(id, widthUs, from, to, [])))
    return downsampleRollups(joinRollups(parts, widthUs), from, to, points)
  }
  const parts = await Promise.all(series.map(async (id) => standing(await reading.versions(id, from, to))))
  const { measuredAt, value } = visible(mergeVersions(parts))
  return downsample(measuredAt, value, from, to, points)
}
