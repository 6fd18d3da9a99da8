/** Every alarm: what is open first, worst on top, and what was before. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlarmView } from '../../../../src/monitoring/contract.ts'
import { useBoard } from '../../../app/api/board.ts'
import { getJson } from '../../../app/api/client.ts'
import { compareAlarms } from '../../../app/live/alarm-store.ts'
import { useAllAlarms } from '../../../app/live/use-live.ts'
import { Chips } from '../../../kit/chips.tsx'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { StateMessage } from '../../../kit/states/state-message.tsx'
import { AlarmTable } from './alarm-table.tsx'

const shows = ['open', 'history', 'everything'] as const
const priorities = ['high', 'medium', 'low'] as const

/** What lives in the store is newer than any list; the list adds what is over. */
export function joinAlarms(open: readonly AlarmView[], listed: readonly AlarmView[]): readonly AlarmView[] {
  const known = new Set(open.map(({ id }) => id))
  const past = listed
    .filter((alarm) => !known.has(alarm.id) && alarm.state === 'cleared')
    .sort((a, b) => b.raisedAt.localeCompare(a.raisedAt))
  return [...[...open].sort(compareAlarms), ...past]
}

export default function Alarms() {
  const { t } = useTranslation()
  const [show, setShow] = useState<(typeof shows)[number]>('open')
  const [priority, setPriority] = useState<string>('every')
  const open = useAllAlarms()
  const board = useBoard()
  const listed = useQuery({
    queryKey: ['alarms'],
    queryFn: ({ signal }) => getJson<readonly AlarmView[]>('/alarms', signal),
    refetchInterval: 30_000,
  })
  const places = new Map(board.data?.tiles.map((tile) => [tile.patient.id, tile]))
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('rooms.alarms')}</h1>
        <Chips
          label={t('alarms.filterState')}
          options={shows.map((id) => ({
            id,
            text: t(`alarms.${id}`),
            count: id === 'open' ? open.length : undefined,
          }))}
          chosen={show}
          onChoose={setShow}
        />
        <select
          className="field push"
          aria-label={t('alarms.filterPriority')}
          value={priority}
          onChange={(event) => setPriority(event.target.value)}
        >
          <option value="every">{t('alarms.everyPriority')}</option>
          {priorities.map((each) => (
            <option key={each} value={each}>
              {t(`alarm.priority.${each}`)}
            </option>
          ))}
        </select>
      </div>
      <QueryStates query={listed}>
        {(data) => {
          const all = joinAlarms(open, data).filter(
            (alarm) =>
              (priority === 'every' || alarm.priority === priority) &&
              (show === 'everything' || (show === 'open') === (alarm.state !== 'cleared')),
          )
          if (all.length > 0) return <AlarmTable alarms={all} places={places} />
          return show === 'open' ? (
            <p className="dim">{t('alarms.noneOpen')}</p>
          ) : (
            <StateMessage kind="empty" title={t('alarms.emptyTitle')} text={t('alarms.emptyText')} />
          )
        }}
      </QueryStates>
    </div>
  )
}
