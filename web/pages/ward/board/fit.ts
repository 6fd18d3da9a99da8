/** How a wall is cut: every tile on one screen, trouble in wider and taller rows, open beds in lines at the foot. */
export interface WallFit {
  readonly columns: number
  /** Trouble is wider, and fills its rows: five stand five abreast where six would leave a hole. */
  readonly troubleColumns: number
  readonly troubleHeight: number
  readonly quietHeight: number
}

const gutter = 8
export const idleHeight = 32
const mostTroubleHeight = 320
const mostQuietHeight = 240
/** How much taller trouble is than quiet, where there is room. */
const troubleShare = 1.6

/** From the width at which a name and a whole alarm stand on one line each, down to what holds them on two. */
const quietWidth = 272
const troubleWidths = [400, 340, 272, 248]

/** What a tile needs to be read at ease, and what it needs at all. */
const needs = [
  { trouble: 204, quiet: 118 },
  { trouble: 188, quiet: 94 },
  { trouble: 176, quiet: 94 },
] as const

const rowsOf = (count: number, columns: number): number => Math.ceil(count / columns)
const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
const columnsAt = (width: number, least: number): number =>
  Math.max(1, Math.floor((width + gutter) / (least + gutter)))

export interface WallCounts {
  readonly trouble: number
  readonly quiet: number
  readonly idle: number
}

/** The widest tiles whose rows still fit; undefined where the screen is too small for all and must scroll. */
export function fitWall(width: number, height: number, counts: WallCounts): WallFit | undefined {
  const { trouble, quiet, idle } = counts
  for (const troubleWidth of troubleWidths) {
    const mostColumns = columnsAt(width, Math.min(quietWidth, troubleWidth))
    for (const least of needs) {
      for (let columns = Math.min(3, mostColumns); columns <= mostColumns; columns += 1) {
        const mostAbreast = columnsAt(width, troubleWidth)
        const troubleRows = rowsOf(trouble, mostAbreast)
        const abreast = troubleRows === 0 ? mostAbreast : rowsOf(trouble, troubleRows)
        const quietRows = rowsOf(quiet, columns)
        const idleRows = rowsOf(idle, columns)
        const rows = troubleRows + quietRows + idleRows
        const free = height - (rows - 1) * gutter - idleRows * idleHeight
        if (troubleRows * least.trouble + quietRows * least.quiet > free) continue
        const unit = free / (troubleRows * troubleShare + quietRows)
        const mostTall = Math.min(
          mostTroubleHeight,
          (free - quietRows * least.quiet) / Math.max(1, troubleRows),
        )
        const troubleHeight = Math.floor(clamp(unit * troubleShare, least.trouble, mostTall))
        const left = (free - troubleRows * troubleHeight) / Math.max(1, quietRows)
        return {
          columns,
          // One row of few is not blown up to the whole width; several rows leave no hole.
          troubleColumns: troubleRows > 1 ? abreast : Math.max(Math.min(4, mostAbreast), abreast),
          troubleHeight,
          quietHeight: Math.floor(Math.min(mostQuietHeight, left)),
        }
      }
    }
  }
  return undefined
}
