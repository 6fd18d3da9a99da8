/** One question about the account and the acts that change its answer, with the last failure in words. */
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { getJson } from '../../../app/api/client.ts'

export interface Acts<T> {
  readonly query: UseQueryResult<T, Error>
  readonly busy: boolean
  readonly failure: string | undefined
  /** Runs one act, asks anew, and answers whether it worked. */
  act(run: () => Promise<unknown>): Promise<boolean>
}

export const useAccount = <T>(what: string): Acts<T> => useActs<T>(`/api/account/${what}`)

export function useActs<T>(path: string): Acts<T> {
  const queries = useQueryClient()
  const key = [path]
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => getJson<T>(path, signal) })
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | undefined>(undefined)
  return {
    query,
    busy,
    failure,
    async act(run) {
      setBusy(true)
      setFailure(undefined)
      try {
        await run()
        return true
      } catch (error) {
        setFailure(error instanceof Error ? error.message : String(error))
        return false
      } finally {
        setBusy(false)
        await queries.invalidateQueries({ queryKey: key })
      }
    },
  }
}
