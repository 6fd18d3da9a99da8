import { useTranslation } from 'react-i18next'
import { type DataClass, dataClasses } from '../../../../src/kernel/data-class.ts'

const all = Object.keys(dataClasses) as DataClass[]

export function DataKinds(props: {
  readonly chosen: readonly DataClass[]
  readonly onChoose: (classes: readonly DataClass[]) => void
}) {
  const { t } = useTranslation()
  const { chosen, onChoose } = props
  const isAll = chosen.length === all.length
  return (
    <fieldset className="consent-kinds">
      <legend>{t('consent.kinds')}</legend>
      <label>
        <input type="checkbox" checked={isAll} onChange={() => onChoose(isAll ? [] : all)} />
        {t('consent.everything')}
      </label>
      {all.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={(event) =>
              onChoose(event.target.checked ? [...chosen, one] : chosen.filter((each) => each !== one))
            }
          />
          {t(`consent.class.${one}`)}
        </label>
      ))}
    </fieldset>
  )
}
