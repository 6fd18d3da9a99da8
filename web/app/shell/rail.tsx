/** The rooms: at the side, or at the foot of a phone. */
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { Icon } from '../../kit/icon.tsx'
import { preferences, usePreferences } from '../preferences.ts'
import { useRooms } from './use-rooms.ts'

export function Rail() {
  const { t } = useTranslation()
  const rooms = useRooms()
  const { railOpen } = usePreferences()
  return (
    <nav className="shell-rail" aria-label={t('shell.rooms')} data-open={railOpen || undefined}>
      <NavLink to="/" className="rail-brand" aria-label={t('app.name')} end>
        <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
          <path
            d="M3 17h7l3-9 5 17 3-8h8"
            fill="none"
            stroke="currentColor"
            strokeWidth="2.4"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        </svg>
      </NavLink>
      <ul>
        {rooms.map((page) => (
          <li key={page.id}>
            <NavLink to={page.path} className="rail-room" title={t(page.title)}>
              <Icon name={page.room!.icon} />
              <span className="rail-word">{t(page.title)}</span>
            </NavLink>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="rail-room rail-fold"
        aria-label={t(railOpen ? 'shell.collapse' : 'shell.expand')}
        onClick={() => preferences.set({ railOpen: !railOpen })}
      >
        <Icon name="rail" />
      </button>
    </nav>
  )
}
