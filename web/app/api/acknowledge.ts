/** Acknowledging an alarm. Shown as done only when the server said so: on a ward an optimistic screen is a lie. */
import { useMutation } from '@tanstack/react-query'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import { alarms } from '../live/live.ts'
import { postJson } from './client.ts'

export function useAcknowledge() {
  return useMutation({
    mutationFn: (alarm: AlarmView) => postJson(`/alarms/${encodeURIComponent(alarm.id)}/acknowledge`),
    onSuccess: (answer, alarm) => {
      const answered = answer as AlarmView | undefined
      if (answered?.id === alarm.id) alarms.put(answered)
    },
  })
}
