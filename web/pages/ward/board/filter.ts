import type { BoardTile } from '../../../../src/monitoring/contract.ts'

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()

/** By unit, and by every word of a text in name or bed, without regard to case or accents. */
export function matchesFilter(tile: BoardTile, unit: string, text: string): boolean {
  if (unit !== 'all' && tile.unit.id !== unit) return false
  const where = plain(`${tile.patient.name} ${tile.bed} ${tile.unit.name}`)
  return plain(text)
    .split(/\s+/)
    .every((word) => where.includes(word))
}
