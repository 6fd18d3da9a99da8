/** All of the patient's current values, large, each with its own freshness. */

import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { LiveNumeric } from '../../../app/live/live-numeric.tsx'
import { useMetrics } from '../../../app/live/use-live.ts'
import { trendGroups } from './trend-groups.ts'

export function VitalsNow(props: { readonly patient: string; readonly alarms: readonly AlarmView[] }) {
  const present = useMetrics(props.patient)
  return (
    <div className="vitals-now">
      {trendGroups(present)
        .flat()
        .map((metric) => (
          <LiveNumeric
            key={metric}
            patient={props.patient}
            metric={metric}
            alarm={props.alarms.find((alarm) => alarm.metric === metric)}
          />
        ))}
    </div>
  )
}
