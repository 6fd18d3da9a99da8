/** Paths of tiles, as readers of c2sp.org/tlog-tiles ask for them: `0/x001/234`, `entries/067.p/12`. */
import { tileWidth } from './tiles.ts'

export interface TileRequest {
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

export function tilePath({ level, index, width }: TileRequest): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return `${level}/${name}${width < tileWidth ? `.p/${width}` : ''}`
}

const pathPattern = /^(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/

/** Undefined where it is none in its one spelling. */
export function parseTilePath(path: string): TileRequest | undefined {
  const match = pathPattern.exec(path)
  if (!match) return undefined
  const request: TileRequest = {
    level: match[1] === 'entries' ? 'entries' : Number(match[1]),
    index: Number(match[2]!.replaceAll(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  }
  return request.width > 0 && tilePath(request) === path ? request : undefined
}

/** Entries one after another, each with its length before it. */
export function entryBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bundle = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0))
  const view = new DataView(bundle.buffer)
  let at = 0
  for (const entry of entries) {
    view.setUint16(at, entry.length)
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}
