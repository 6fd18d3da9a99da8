/** How a wall is cut: every tile on one screen, trouble in taller rows, columns shared by all so that numbers align. */
export interface WallFit {
  readonly columns: number
  readonly troubleHeight: number
  readonly quietHeight: number
}

const gutter = 8
const leastColumnWidth = 264
const troubleHeights = { least: 168, most: 300 }
const quietHeights = { least: 92, most: 220 }

const rowsOf = (count: number, columns: number): number => Math.ceil(count / columns)

/** The widest tiles whose rows still fit; undefined where the screen is too small for all and must scroll. */
export function fitWall(width: number, height: number, trouble: number, quiet: number): WallFit | undefined {
  const mostColumns = Math.max(1, Math.floor((width + gutter) / (leastColumnWidth + gutter)))
  for (let columns = Math.min(3, mostColumns); columns <= mostColumns; columns += 1) {
    const troubleRows = rowsOf(trouble, columns)
    const quietRows = rowsOf(quiet, columns)
    const free = height - (troubleRows + quietRows - 1) * gutter
    if (troubleRows * troubleHeights.least + quietRows * quietHeights.least > free) continue
    const forTrouble = quietRows === 0 ? free : Math.max(troubleRows * troubleHeights.least, free * 0.6)
    const shared = Math.floor(free / (troubleRows * 1.55 + quietRows || 1))
    const quietHeight = Math.min(quietHeights.most, Math.max(quietHeights.least, shared))
    const left = free - quietRows * quietHeight
    const troubleHeight = Math.min(
      troubleHeights.most,
      Math.max(troubleHeights.least, Math.floor(Math.min(left, forTrouble) / Math.max(1, troubleRows))),
    )
    const corrected = Math.min(
      quietHeights.most,
      Math.floor((free - troubleRows * troubleHeight) / Math.max(1, quietRows)),
    )
    return { columns, troubleHeight, quietHeight: corrected }
  }
  return undefined
}
