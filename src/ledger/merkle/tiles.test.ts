import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { leafHash, rootOver } from './hash.ts'
import { entryBundle, parseTilePath, type TileRequest, tilePath } from './tile-path.ts'
import { growingTiles, grownTiles, hashOfRange, type Tile, tileName, tilesOf } from './tiles.ts'

const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(utf8(`${i}`)))

/** Appends in batches, keeping tiles as a log keeps them. */
function grow(tiles: Map<string, Tile>, size: number, count: number): number {
  const growing = growingTiles(size).map((key) => tiles.get(tileName(key))!)
  for (const tile of grownTiles(size, growing, leaves.slice(size, size + count)))
    tiles.set(tileName(tile), tile)
  return size + count
}

describe('tiles', () => {
  it('of 70,000 leaves are those of the specification, and hold its root', () => {
    const tiles = new Map<string, Tile>()
    const size = grow(tiles, 0, 70_000)
    const widths = (level: number) =>
      [...tiles.values()].filter((tile) => tile.level === level).map(({ hashes }) => hashes.length)
    expect(widths(0)).toEqual([...Array(273).fill(256), 112])
    expect(widths(1)).toEqual([256, 17])
    expect(widths(2)).toEqual([1])
    expect(growingTiles(70_000).map(({ width }) => width)).toEqual([112, 17, 1])
    expect(hashOfRange({ start: 0, end: size }, tiles)).toEqual(rootOver(leaves))
  })

  it('are the same in whatever batches the leaves come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 6 }), (batches) => {
        const tiles = new Map<string, Tile>()
        const size = batches.reduce((total, count) => grow(tiles, total, count), 0)
        const atOnce = new Map<string, Tile>()
        grow(atOnce, 0, size)
        expect(new Map([...tiles].sort())).toEqual(new Map([...atOnce].sort()))
        if (size === 0) return
        const range = { start: 0, end: size }
        const needed = new Map(tilesOf([range]).map((key) => [tileName(key), tiles.get(tileName(key))!]))
        expect(hashOfRange(range, needed)).toEqual(rootOver(leaves.slice(0, size)))
      }),
      { numRuns: 40 },
    )
  })

  it('that are not whole give no hash', () => {
    expect(() => hashOfRange({ start: 0, end: 3 }, new Map())).toThrow('tile 0/0 is not whole')
  })
})

describe('paths of tiles', () => {
  it.each([
    ['0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['63/000.p/1', { level: 63, index: 0, width: 1 }],
    ['entries/273.p/112', { level: 'entries', index: 273, width: 112 }],
  ] as [string, TileRequest][])('%s is read and written', (path, request) => {
    expect(parseTilePath(path)).toEqual(request)
    expect(tilePath(request)).toBe(path)
  })

  it.each([
    '00/000',
    '0/0',
    '0/x000/001',
    '0/001/002',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    'a/000',
    '0/000/',
  ])('%s is none', (path) => expect(parseTilePath(path)).toBeUndefined())
})

it('an entry bundle has the length before each entry', () => {
  expect([...entryBundle([utf8('ab'), utf8('')])]).toEqual([0, 2, 97, 98, 0, 0])
})
