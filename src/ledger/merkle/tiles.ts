/**
 * Tiles (c2sp.org/tlog-tiles): the tree kept as rows of up to 256 hashes. A tile at level n holds hashes of perfect trees
 * of 256^n leaves; a full tile becomes one hash of the level above. Only the rightmost tile of a level still grows.
 */
import { type Hash, rootOver } from './hash.ts'
import { joinedParts, type LeafRange, perfectParts, type TreeNode } from './ranges.ts'

export const tileWidth = 256
const tileHeight = 8

export interface TileKey {
  readonly level: number
  readonly index: number
}

export interface Tile extends TileKey {
  readonly hashes: readonly Hash[]
}

export const tileName = ({ level, index }: TileKey): string => `${level}/${index}`

/** The tiles of a tree of `size` leaves that are not full, with their width. */
export function growingTiles(size: number): (TileKey & { readonly width: number })[] {
  const tiles: (TileKey & { readonly width: number })[] = []
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / tileWidth)) {
    const width = count % tileWidth
    if (width > 0) tiles.push({ level, index: Math.floor(count / tileWidth), width })
  }
  return tiles
}

/**
 * The tiles that the tree of `size` leaves has or has otherwise once `leaves` are appended.
 * @param growing the tiles of `growingTiles(size)`, in full
 */
export function grownTiles(size: number, growing: readonly Tile[], leaves: readonly Hash[]): Tile[] {
  const current = new Map(growing.map((tile) => [tile.level, { ...tile, hashes: [...tile.hashes] }]))
  const changed = new Map<string, Tile>()
  const push = (level: number, hash: Hash) => {
    const index = Math.floor(size / tileWidth ** (level + 1))
    const tile = current.get(level) ?? { level, index, hashes: [] }
    current.set(level, tile)
    tile.hashes.push(hash)
    changed.set(tileName(tile), tile)
    if (tile.hashes.length < tileWidth) return
    current.set(level, { level, index: tile.index + 1, hashes: [] })
    push(level + 1, rootOver(tile.hashes))
  }
  for (const leaf of leaves) push(0, leaf)
  return [...changed.values()]
}

interface Place extends TileKey {
  /** The hashes of the tile that the node spans. */
  readonly from: number
  readonly count: number
}

function placeOf(node: TreeNode): Place {
  const count = 2 ** (node.level % tileHeight)
  const first = node.index * count
  return {
    level: Math.floor(node.level / tileHeight),
    index: Math.floor(first / tileWidth),
    from: first % tileWidth,
    count,
  }
}

/** The tiles in which the hashes of these ranges lie. */
export function tilesOf(ranges: readonly LeafRange[]): TileKey[] {
  const places = ranges.flatMap((range) => perfectParts(range).map(placeOf))
  return [
    ...new Map(places.map(({ level, index }) => [tileName({ level, index }), { level, index }])).values(),
  ]
}

/** @throws RangeError where a tile is missing or too short: the log is damaged */
export function hashOfRange(range: LeafRange, tiles: ReadonlyMap<string, Tile>): Hash {
  return joinedParts(
    perfectParts(range).map((node) => {
      const { from, count, ...key } = placeOf(node)
      const hashes = tiles.get(tileName(key))?.hashes.slice(from, from + count)
      if (hashes?.length !== count) throw new RangeError(`the ledger's tile ${tileName(key)} is not whole`)
      return rootOver(hashes)
    }),
  )
}
