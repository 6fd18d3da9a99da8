/** A code that is shown once, and what to type at the device with it. */
import { useTranslation } from 'react-i18next'
import type { DeviceCertificatesView, EnrolmentCode } from '../../../../src/devices/contract.ts'
import { formatExact } from '../../../kit/format.ts'
import { deviceCommands } from './commands.ts'
import { Copyable } from './copyable.tsx'
import { groupedHex } from './life.tsx'

export interface EnrolmentProps {
  readonly made: EnrolmentCode
  readonly about: DeviceCertificatesView
}

export function Enrolment({ made, about }: EnrolmentProps) {
  const { t, i18n } = useTranslation()
  const { mqttsPort, httpsPort, authority } = about
  const { origin } = window.location
  const commands = deviceCommands({ device: made.device, code: made.code, origin, mqttsPort, httpsPort })
  return (
    <section className="cert-step" aria-label={t('deviceIdentity.code')}>
      <Copyable label={t('deviceIdentity.code')} text={made.code} />
      <p className="dim small" role="status">
        {t('deviceIdentity.codeText', { moment: formatExact(Date.parse(made.endsAt), i18n.language) })}
      </p>
      <h3>{t('deviceIdentity.steps')}</h3>
      <Copyable label={t('deviceIdentity.stepAuthority')} text={commands.authority} />
      <p className="dim small">{t('deviceIdentity.compare')}</p>
      <p className="ltr cert-hex">
        <code>{groupedHex(authority.fingerprint)}</code>
      </p>
      <Copyable label={t('deviceIdentity.stepRequest')} text={commands.request} />
      <Copyable label={t('deviceIdentity.stepEnrol')} text={commands.enrol} />
      {commands.publish && <Copyable label={t('deviceIdentity.stepPublish')} text={commands.publish} />}
      {commands.renew && <Copyable label={t('deviceIdentity.stepRenew')} text={commands.renew} />}
      {!commands.publish && !commands.renew && <p className="dim small">{t('deviceIdentity.noListener')}</p>}
    </section>
  )
}
