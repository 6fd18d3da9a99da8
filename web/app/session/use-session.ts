import { useSyncExternalStore } from 'react'
import type { Me, Permission } from '../../../src/identity/contract.ts'
import { type SessionState, session } from './session.ts'

export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.state)

export function useMe(): Me | undefined {
  const state = useSession()
  return state.phase === 'signed-in' ? state.me : undefined
}

export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false
}
