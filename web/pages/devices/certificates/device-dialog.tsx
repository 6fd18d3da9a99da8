/** One device: its certificates, its secret, and what may be done about them. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  DeviceCertificatesView,
  DeviceIdentityView,
  EnrolmentCode,
  IssuedCredential,
} from '../../../../src/devices/contract.ts'
import { deleteAt, postJson } from '../../../app/api/client.ts'
import { useMay } from '../../../app/session/use-session.ts'
import { Dialog } from '../../../kit/dialog.tsx'
import { CertificateEntry } from './certificate-entry.tsx'
import { Enrolment } from './enrolment.tsx'
import { Secret } from './secret.tsx'

export interface DeviceDialogProps {
  readonly device: DeviceIdentityView
  readonly about: DeviceCertificatesView
  /** Something changed: ask the server anew. */
  readonly onChanged: () => void
  readonly onClose: () => void
}

export function DeviceDialog({ device, about, onChanged, onClose }: DeviceDialogProps) {
  const { t } = useTranslation()
  const mayManage = useMay('devices.manage') && !device.revoked
  const [made, setMade] = useState<EnrolmentCode | undefined>(undefined)
  const [issued, setIssued] = useState<IssuedCredential | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const path = `/api/devices/${encodeURIComponent(device.id)}`

  const act = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true)
    setFailure(undefined)
    try {
      await run()
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    }
    setBusy(false)
    onChanged()
  }
  const makeCode = () => act(async () => setMade((await postJson(`${path}/enrolment-code`)) as EnrolmentCode))
  const rotate = (overlapHours: number) =>
    act(async () => setIssued((await postJson(`${path}/credential`, { overlapHours })) as IssuedCredential))
  const takeAway = () =>
    act(async () => {
      await deleteAt(`${path}/credential`)
      setIssued(undefined)
    })
  const title = t('deviceIdentity.of', { name: device.name })
  return (
    <Dialog label={title} onClose={onClose} wide>
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="plain-button" onClick={onClose}>
          {t('shell.close')}
        </button>
      </div>
      <p className="cert-failure" role="alert">
        {failure !== undefined && t('state.errorText', { reason: failure })}
      </p>
      {device.revoked && <p>{t('deviceIdentity.deviceRevoked')}</p>}
      <section className="cert-step" aria-label={t('deviceIdentity.certificates')}>
        <h3>{t('deviceIdentity.certificates')}</h3>
        {device.certificates.length === 0 && <p className="small">{t('deviceIdentity.none')}</p>}
        <ul>
          {device.certificates.map((one) => (
            <CertificateEntry
              key={`${one.serial} ${one.state}`}
              certificate={one}
              busy={busy}
              onRevoke={
                mayManage
                  ? (revocation) =>
                      void act(async () => {
                        await postJson(`/api/device-certificates/${one.serial}/revoke`, revocation)
                      })
                  : undefined
              }
            />
          ))}
        </ul>
        {mayManage && !made && (
          <p className="cert-acts">
            <button type="button" className="plain-button" disabled={busy} onClick={() => void makeCode()}>
              {t('deviceIdentity.makeCode')}
            </button>
          </p>
        )}
      </section>
      {made && <Enrolment made={made} about={about} />}
      <Secret
        secret={device.secret}
        issued={issued}
        busy={busy}
        acts={
          mayManage ? { rotate: (hours) => void rotate(hours), takeAway: () => void takeAway() } : undefined
        }
      />
    </Dialog>
  )
}
