/** Beside the trends: what is being measured with, what rang, and what the record says. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '../../../../src/devices/contract.ts'
import type { AlarmView, BoardTile } from '../../../../src/monitoring/contract.ts'
import { useAcknowledge } from '../../../app/api/acknowledge.ts'
import { getJson } from '../../../app/api/client.ts'
import { type RecordList, useRecordList } from '../../../app/api/patient.ts'
import { useAlarmsOf, useNow } from '../../../app/live/use-live.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { AlarmStrip } from '../../../kit/alarm/alarm-strip.tsx'
import { formatAge, formatMoment } from '../../../kit/format.ts'

function Devices({ tile }: { readonly tile: BoardTile }) {
  const { t } = useTranslation()
  const nowMs = useNow(5_000)
  const { data } = useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => getJson<readonly DeviceView[]>('/api/devices', signal),
    enabled: useMay('devices.view'),
  })
  return (
    <section>
      <h2>{t('chart.devices')}</h2>
      {tile.devices.length === 0 && <p className="dim small">{t('chart.noDevices')}</p>}
      <ul className="side-list">
        {tile.devices.map((device) => {
          const seen = data?.find(({ id }) => id === device.id)?.lastSeenAt
          return (
            <li key={device.id}>
              <span>{device.name}</span>
              <span className="dim">
                {t(`devices.${device.connection}`)}
                {seen ? ` · ${t('devices.ago', { age: formatAge(nowMs - Date.parse(seen)) })}` : ''}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Alarms({ patient, history }: { readonly patient: string; readonly history: readonly AlarmView[] }) {
  const { t } = useTranslation()
  const nowMs = useNow(1_000)
  const open = useAlarmsOf(patient)
  const acknowledge = useAcknowledge()
  const may = useMay('alarms.acknowledge')
  const past = history.filter((alarm) => alarm.state === 'cleared').slice(0, 12)
  return (
    <section>
      <h2>{t('chart.alarms')}</h2>
      {open.length + past.length === 0 && <p className="dim small">{t('chart.noAlarms')}</p>}
      <div className="side-alarms">
        {open.map((alarm) => (
          <AlarmStrip
            key={alarm.id}
            alarms={[alarm]}
            nowMs={nowMs}
            onAcknowledge={may ? (each) => acknowledge.mutate(each) : undefined}
            busy={acknowledge.isPending}
          />
        ))}
      </div>
      <ul className="side-list">
        {past.map((alarm) => (
          <li key={alarm.id}>
            <span>{alarm.text}</span>
            <span className="dim ltr">{formatMoment(Date.parse(alarm.raisedAt), nowMs)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function RecordPart(props: { readonly patient: string; readonly type: RecordList; readonly title: string }) {
  const { t } = useTranslation()
  const { data, isError } = useRecordList(props.patient, props.type)
  return (
    <section>
      <h2>{props.title}</h2>
      {isError && <p className="dim small">{t('chart.recordFailed')}</p>}
      {data?.length === 0 && <p className="dim small">{t('chart.noneRecorded')}</p>}
      <ul className="side-list">
        {data?.map(({ id, text }) => (
          <li key={id}>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Side({
  tile,
  history,
}: {
  readonly tile: BoardTile
  readonly history: readonly AlarmView[]
}) {
  const { t } = useTranslation()
  const patient = tile.patient.id
  return (
    <aside className="chart-side">
      <Alarms patient={patient} history={history} />
      <Devices tile={tile} />
      <RecordPart patient={patient} type="Condition" title={t('chart.problems')} />
      <RecordPart patient={patient} type="MedicationRequest" title={t('chart.medications')} />
      <RecordPart patient={patient} type="AllergyIntolerance" title={t('chart.allergies')} />
    </aside>
  )
}
