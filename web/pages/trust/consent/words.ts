import { useTranslation } from 'react-i18next'
import type { DataClass } from '../../../../src/kernel/data-class.ts'

/** Kinds of data as the reader calls them. */
export function useClassWords(): (classes: 'all' | readonly DataClass[]) => string {
  const { t, i18n } = useTranslation()
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' })
  return (classes) =>
    classes === 'all' ? t('consent.everything') : list.format(classes.map((one) => t(`consent.class.${one}`)))
}

export function useDay(): (time: string | null) => string {
  const { i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' })
  return (time) => (time === null ? '' : format.format(new Date(time)))
}
