/** Where am I, search, connection, alarms by priority, me. */
import { useTranslation } from 'react-i18next'
import { Link, matchPath, useLocation, useNavigate } from 'react-router'
import { priorityMark } from '../../kit/alarm/alarm-strip.tsx'
import { Icon } from '../../kit/icon.tsx'
import { useBoard } from '../api/board.ts'
import { useAlarmCounts, useLinkState } from '../live/use-live.ts'
import { pages } from '../pages.ts'
import { session } from '../session/session.ts'
import { useMay, useMe } from '../session/use-session.ts'

function AlarmCounts() {
  const { t } = useTranslation()
  const counts = useAlarmCounts()
  const total = counts.high + counts.medium + counts.low
  return (
    <Link to="/alarms" className="top-alarms">
      <span className="sr-only">{t('shell.alarmsSummary', { ...counts })}</span>
      {total === 0 && (
        <span className="dim" aria-hidden="true">
          {t('shell.noAlarms')}
        </span>
      )}
      {(['high', 'medium', 'low'] as const).map(
        (priority) =>
          counts[priority] > 0 && (
            <span
              key={priority}
              aria-hidden="true"
              className="top-count"
              data-priority={priority}
              title={t(`alarm.priority.${priority}`)}
            >
              <span className="top-mark">{priorityMark[priority]}</span> {counts[priority]}
            </span>
          ),
      )}
    </Link>
  )
}

function SimulatedMark() {
  const { t } = useTranslation()
  const { data } = useBoard()
  if (!data?.tiles.some((tile) => tile.simulated)) return null
  return (
    <span className="top-simulated" title={t('simulated.shell')}>
      <span className="top-long">{t('shell.simulated')}</span>
      <span className="top-short" aria-hidden="true">
        {t('simulated.short')}
      </span>
    </span>
  )
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')

export interface TopLineProps {
  readonly onSearch: () => void
  readonly onKeys: () => void
}

export function TopLine({ onSearch, onKeys }: TopLineProps) {
  const { t } = useTranslation()
  const me = useMe()
  const link = useLinkState()
  const navigate = useNavigate()
  const mayWatch = useMay('monitoring.view')
  const { pathname } = useLocation()
  const page = pages.find(({ path }) => matchPath(path, pathname))
  const signOut = async (): Promise<void> => {
    navigate('/signed-out')
    await session.signOut()
  }
  return (
    <header className="shell-top">
      <span className="top-place">{page ? t(page.title) : t('app.name')}</span>
      <button type="button" className="top-search" onClick={onSearch}>
        <Icon name="search" size={16} />
        <span className="top-search-word">{t('shell.search')}</span>
        <span className="key" aria-hidden="true">
          Ctrl K
        </span>
      </button>
      <span className="top-space" />
      {mayWatch && <SimulatedMark />}
      <span className="top-link" data-link={link}>
        <span className="top-dot" aria-hidden="true" />
        <span className="top-long">
          {t(link === 'live' ? 'shell.live' : link === 'connecting' ? 'shell.connecting' : 'shell.offline')}
        </span>
      </span>
      {mayWatch && <AlarmCounts />}
      <button type="button" className="top-button top-keys" aria-label={t('shell.showKeys')} onClick={onKeys}>
        ?
      </button>
      {me && (
        <details className="top-me">
          <summary>
            <span className="sr-only">{t('shell.signedInAs', { name: me.name })}</span>
            <span className="top-long" aria-hidden="true">
              {me.name}
            </span>
            <span className="top-short" aria-hidden="true">
              {initialsOf(me.name)}
            </span>
          </summary>
          <div className="top-menu">
            <p>
              <b>{me.name}</b>
              <br />
              <span className="dim">{me.roles.map((role) => t(`roles.${role}`)).join(', ')}</span>
            </p>
            <Link to="/settings">{t('rooms.settings')}</Link>
            <button type="button" className="plain-button" onClick={() => void signOut()}>
              {t('shell.signOut')}
            </button>
          </div>
        </details>
      )}
    </header>
  )
}
