import { useTranslation } from 'react-i18next'

/** How long, in words. */
export function Kept({ days }: { readonly days: number | null }) {
  const { t } = useTranslation()
  return <>{days === null ? t('storage.forEver') : t('storage.days', { count: days })}</>
}
