import { useTranslation } from 'react-i18next'

/** A moment as the reader writes it. */
export function useTime(): (time: string) => string {
  const { i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (time) => format.format(new Date(time))
}
