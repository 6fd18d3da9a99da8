import type { BoardTile } from '../../../../src/monitoring/contract.ts'
import { matchesText } from '../../../kit/matches-text.ts'

export function matchesFilter(tile: BoardTile, unit: string, text: string): boolean {
  if (unit !== 'all' && tile.unit.id !== unit) return false
  return matchesText(`${tile.patient.name} ${tile.bed} ${tile.unit.name}`, text)
}
