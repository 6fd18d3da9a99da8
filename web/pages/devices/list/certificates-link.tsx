/** The way to devices' certificates, which says where somebody should look. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DeviceCertificatesView } from '../../../../src/devices/contract.ts'
import { getJson } from '../../../app/api/client.ts'

export function CertificatesLink() {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['device-certificates'],
    queryFn: ({ signal }) => getJson<DeviceCertificatesView>('/api/device-certificates', signal),
    refetchInterval: 60_000,
  })
  const count = data?.devices.filter(({ wantsRenewal }) => wantsRenewal).length ?? 0
  return (
    <Link to="/devices/certificates">
      {count > 0 ? <b>{t('deviceIdentity.linkWanting', { count })}</b> : t('deviceIdentity.link')}
    </Link>
  )
}
