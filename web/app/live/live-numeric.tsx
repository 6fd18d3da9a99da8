/** A number of one patient, kept current by the store alone. */
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../src/monitoring/contract.ts'
import { Numeric } from '../../kit/numeric/numeric.tsx'
import { reasonKeyOf } from '../../kit/staleness.ts'
import { useVital } from './use-live.ts'

export interface LiveNumericProps {
  readonly patient: string
  readonly metric: string
  readonly alarm?: Pick<AlarmView, 'priority' | 'acknowledged'> | undefined
  readonly taken?: string | undefined
}

export const LiveNumeric = memo(function LiveNumeric({ patient, metric, alarm, taken }: LiveNumericProps) {
  const { t } = useTranslation()
  const vital = useVital(patient, metric)
  const reason = vital ? t(`reading.${reasonKeyOf(vital.quality)}`) : t('reading.none')
  return (
    <Numeric
      metric={metric}
      value={vital?.value ?? null}
      freshness={vital?.freshness ?? 'missing'}
      age={vital?.age ?? ''}
      reason={reason}
      alarm={alarm?.priority}
      taken={taken}
      acknowledged={alarm?.acknowledged}
      estimated={vital !== undefined && reasonKeyOf(vital.quality) === 'estimated'}
    />
  )
})
