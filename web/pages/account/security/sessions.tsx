import { useTranslation } from 'react-i18next'
import type { SessionView } from '../../../../src/identity/contract.ts'
import { deleteAt } from '../../../app/api/client.ts'
import { localNowMs } from '../../../app/clock.ts'
import { formatAge, formatMoment } from '../../../kit/format.ts'
import { QueryStates } from '../../../kit/states/query-states.tsx'
import { SkeletonLines } from '../../../kit/states/state-message.tsx'
import { deviceName } from './device-name.ts'
import { Entry, Section } from './section.tsx'
import { useAccount } from './use-account.ts'

function useDeviceWords(): (userAgent: string) => string {
  const { t } = useTranslation()
  return (userAgent) => {
    const { browser, system } = deviceName(userAgent)
    return t('account.sessions.device', {
      browser: browser ?? t('account.sessions.unknownBrowser'),
      system: system ?? t('account.sessions.unknownSystem'),
    })
  }
}

function Session(props: {
  readonly session: SessionView
  readonly busy: boolean
  readonly onEnd: () => void
}) {
  const { session, busy, onEnd } = props
  const { t } = useTranslation()
  const words = useDeviceWords()
  const nowMs = localNowMs()
  const device = words(session.userAgent)
  const { address } = session
  const since = t('account.sessions.since', {
    moment: formatMoment(Date.parse(session.beganAt), nowMs),
    address,
  })
  const seen = t('account.sessions.lastSeen', { age: formatAge(nowMs - Date.parse(session.lastSeenAt)) })
  const mark = <span className="security-mark">{t('account.sessions.current')}</span>
  const title = (
    <>
      {device}
      {session.current && mark}
    </>
  )
  return (
    <Entry title={title} text={`${since}, ${seen}`}>
      {!session.current && (
        <button
          type="button"
          className="plain-button"
          disabled={busy}
          aria-label={t('account.sessions.endThis', { device, address })}
          onClick={onEnd}
        >
          {t('account.sessions.end')}
        </button>
      )}
    </Entry>
  )
}

export function Sessions() {
  const { t } = useTranslation()
  const { query, busy, failure, act } = useAccount<readonly SessionView[]>('sessions')
  const others = query.data?.some(({ current }) => !current) ?? false
  const endOthers = (
    <button
      type="button"
      className="plain-button"
      disabled={busy}
      onClick={() => void act(() => deleteAt('/api/account/sessions'))}
    >
      {t('account.sessions.endOthers')}
    </button>
  )
  return (
    <Section
      title={t('account.sessions.title')}
      text={t('account.sessions.text')}
      failure={failure}
      action={others && endOthers}
    >
      <QueryStates query={query} skeleton={<SkeletonLines count={2} />}>
        {(sessions) => (
          <ul>
            {sessions.map((session) => (
              <Session
                key={session.id}
                session={session}
                busy={busy}
                onEnd={() =>
                  void act(() => deleteAt(`/api/account/sessions/${encodeURIComponent(session.id)}`))
                }
              />
            ))}
          </ul>
        )}
      </QueryStates>
    </Section>
  )
}
