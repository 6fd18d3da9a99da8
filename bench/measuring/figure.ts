/** How a figure is said: one JSON line on standard output, of which `npm run bench` makes bench/results.json. */
export interface Figure {
  readonly id: string
  readonly unit: string
  readonly median: number
}

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!

/** Three digits are more than a repeat of the run agrees on. */
const rounded = (value: number): number => Number(value.toPrecision(value >= 1_000 ? 4 : 3))

/** `runs`: the same measurement repeated; the ratio is to another figure of the same run of the program. */
export function report(id: string, unit: string, runs: readonly number[], comparedWith?: Figure): Figure {
  const sorted = [...runs].sort((a, b) => a - b).map(rounded)
  const figure = {
    id,
    unit,
    median: middle(sorted),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    runs: runs.map(rounded),
  }
  const compared = comparedWith && {
    comparedWith: { id: comparedWith.id, median: comparedWith.median },
    ratio: rounded(figure.median / comparedWith.median),
  }
  process.stdout.write(`${JSON.stringify({ ...figure, ...compared })}\n`)
  return figure
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)]!
}

/** Runs `once` over and over in `lanes` side by side; answers how many a second came to their end. */
export async function perSecond(
  seconds: number,
  lanes: number,
  once: (lane: number) => Promise<unknown>,
): Promise<number> {
  const begin = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (performance.now() - begin < seconds * 1_000) {
        await once(lane)
        done++
      }
    }),
  )
  return (done * 1_000) / (performance.now() - begin)
}

export const repeats = [1, 2, 3] as const
