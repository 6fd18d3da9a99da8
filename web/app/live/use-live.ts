/** React's doors into the live stores. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { AlarmView, ScoreView } from '../../../src/monitoring/contract.ts'
import { serverNowMs } from '../clock.ts'
import type { AlarmCounts } from './alarm-store.ts'
import type { LinkState } from './connection.ts'
import { alarms, live, vitals } from './live.ts'
import type { Vital } from './vitals-store.ts'

export function useVital(patient: string, metric: string): Vital | undefined {
  const subscribe = useCallback(
    (tell: () => void) => vitals.subscribe(patient, metric, tell),
    [patient, metric],
  )
  return useSyncExternalStore(subscribe, () => vitals.get(patient, metric))
}

/** Which metrics the patient has, in order of their first arrival. */
export function useMetrics(patient: string): readonly string[] {
  const subscribe = useCallback((tell: () => void) => vitals.subscribe(patient, undefined, tell), [patient])
  return useSyncExternalStore(subscribe, () => vitals.metricsOf(patient))
}

export const useAlarmsOf = (patient: string): readonly AlarmView[] =>
  useSyncExternalStore(alarms.subscribe, () => alarms.of(patient))
export const useAllAlarms = (): readonly AlarmView[] => useSyncExternalStore(alarms.subscribe, alarms.all)
export const useAlarmCounts = (): AlarmCounts => useSyncExternalStore(alarms.subscribe, alarms.counts)
export const useScore = (patient: string): ScoreView | undefined =>
  useSyncExternalStore(alarms.subscribe, () => alarms.scoreOf(patient))
export const useLinkState = (): LinkState => useSyncExternalStore(live.onState, live.state)

/** The server's time, renewed each period; every user of one period ticks together. */
export function useNow(periodMs: number): number {
  const [nowMs, setNow] = useState(serverNowMs)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNowMs()), periodMs)
    return () => clearInterval(timer)
  }, [periodMs])
  return nowMs
}
