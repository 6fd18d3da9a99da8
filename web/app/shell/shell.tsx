/** The frame around every page: rooms at the side, the top line, one banner when the connection is gone. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet } from 'react-router'
import { useBoard, useBoardRefresh } from '../api/board.ts'
import { live } from '../live/live.ts'
import { ConfirmationGate } from '../session/confirmation-gate.tsx'
import { useMay } from '../session/use-session.ts'
import { AlarmAnnouncer } from './alarm-announcer.tsx'
import { KeyHelp } from './key-help.tsx'
import { LostBanner } from './lost-banner.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { TopLine } from './top-line.tsx'
import { useShellKeys } from './use-shell-keys.ts'
import './shell.css'

function WardState() {
  useBoard()
  useBoardRefresh()
  return <AlarmAnnouncer />
}

export function Shell() {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'search' | 'keys' | undefined>(undefined)
  const mayWatch = useMay('monitoring.view')
  useShellKeys(setOpen)
  useEffect(() => {
    live.start()
    return () => live.stop()
  }, [])
  return (
    <div className="shell">
      <a className="shell-skip" href="#content">
        {t('app.skip')}
      </a>
      <Rail />
      <div className="shell-main">
        <TopLine onSearch={() => setOpen('search')} onKeys={() => setOpen('keys')} />
        <LostBanner />
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {mayWatch && <WardState />}
      <ConfirmationGate />
      {open === 'search' && <Palette onClose={() => setOpen(undefined)} />}
      {open === 'keys' && <KeyHelp onClose={() => setOpen(undefined)} />}
    </div>
  )
}
