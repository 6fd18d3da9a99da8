/** The board's state, asked for once and again whenever the live socket says something was missed. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Board } from '../../../src/monitoring/contract.ts'
import { live } from '../live/live.ts'
import { getJson } from './client.ts'

export const boardKey = ['board'] as const

async function fetchBoard(signal: AbortSignal): Promise<Board> {
  const board = await getJson<Board>('/api/board', signal)
  live.takeBoard(board)
  return board
}

export function useBoard() {
  return useQuery({
    queryKey: boardKey,
    queryFn: ({ signal }) => fetchBoard(signal),
    refetchInterval: 60_000,
  })
}

export function useBoardRefresh(): void {
  const client = useQueryClient()
  useEffect(() => live.onRefresh(() => void client.invalidateQueries({ queryKey: boardKey })), [client])
}
