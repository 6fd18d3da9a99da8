/** How a wall is cut: every tile on one screen, trouble in taller rows, columns shared by all so that numbers align. */
export interface WallFit {
  readonly columns: number
  /** Trouble fills its rows: five stand five abreast where six would leave a hole. */
  readonly troubleColumns: number
  readonly troubleHeight: number
  readonly quietHeight: number
}

const gutter = 8
const mostTroubleHeight = 300
const mostQuietHeight = 220
/** How much taller trouble is than quiet, where there is room. */
const troubleShare = 1.6

/** What a tile needs to be read at ease, and what it needs at all: so many in trouble are shown side by side, too. */
const needs = [
  { width: 272, trouble: 196, quiet: 118 },
  { width: 272, trouble: 176, quiet: 96 },
  { width: 248, trouble: 176, quiet: 96 },
] as const

const rowsOf = (count: number, columns: number): number => Math.ceil(count / columns)

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** The widest tiles whose rows still fit; undefined where the screen is too small for all and must scroll. */
export function fitWall(width: number, height: number, trouble: number, quiet: number): WallFit | undefined {
  for (const least of needs) {
    const mostColumns = Math.max(1, Math.floor((width + gutter) / (least.width + gutter)))
    for (let columns = Math.min(3, mostColumns); columns <= mostColumns; columns += 1) {
      const troubleRows = rowsOf(trouble, columns)
      const abreast = troubleRows === 0 ? columns : Math.ceil(trouble / troubleRows)
      const quietRows = rowsOf(quiet, columns)
      const free = height - (troubleRows + quietRows - 1) * gutter
      if (troubleRows * least.trouble + quietRows * least.quiet > free) continue
      const unit = free / (troubleRows * troubleShare + quietRows)
      const mostTall = Math.min(
        mostTroubleHeight,
        (free - quietRows * least.quiet) / Math.max(1, troubleRows),
      )
      const troubleHeight = Math.floor(clamp(unit * troubleShare, least.trouble, mostTall))
      const left = (free - troubleRows * troubleHeight) / Math.max(1, quietRows)
      const troubleColumns = Math.max(Math.min(4, columns), abreast)
      return {
        columns,
        troubleColumns,
        troubleHeight,
        quietHeight: Math.floor(Math.min(mostQuietHeight, left)),
      }
    }
  }
  return undefined
}
