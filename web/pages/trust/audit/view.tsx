/** The privacy officer's search of the audit: by patient, person, time, kind and outcome. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AuditPages, SaveAudit } from '../../../kit/audit/audit-pages.tsx'
import { type FilterName, filterNames, filters } from '../../../kit/audit/words.ts'
import { Chips } from '../../../kit/chips.tsx'

const house = 'kind=configuration,device,account'
const names = [...filterNames, 'house'] as const
type Name = FilterName | 'house'

const fields = ['patient', 'person', 'from', 'to'] as const
type Field = (typeof fields)[number]
/** As `GET /api/audit` calls them. */
const parameters = { patient: 'patient', person: 'actor', from: 'from', to: 'to' } as const
const nothing: Readonly<Record<Field, string>> = { patient: '', person: '', from: '', to: '' }

/** Asked for with the whole form, not with every letter. */
function Search({ onSearch }: { readonly onSearch: (given: Readonly<Record<Field, string>>) => void }) {
  const { t } = useTranslation()
  const [given, setGiven] = useState(nothing)
  const change = (field: Field, value: string) => setGiven({ ...given, [field]: value.trim() })
  return (
    <form
      className="audit-tools"
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(given)
      }}
    >
      {fields.map((field) => (
        <label key={field}>
          {t(`audit.${field}`)}
          <input
            className="field"
            type={field === 'from' || field === 'to' ? 'date' : 'text'}
            placeholder={field === 'patient' || field === 'person' ? t(`audit.${field}Hint`) : undefined}
            value={given[field]}
            onChange={(event) => change(field, event.target.value)}
          />
        </label>
      ))}
      <button type="submit" className="plain-button">
        {t('shell.search')}
      </button>
    </form>
  )
}

export default function Audit() {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<Name>('all')
  const [given, setGiven] = useState(nothing)
  const asked = [
    filter === 'house' ? house : filters[filter],
    ...fields.map((field) =>
      given[field] === '' ? '' : `${parameters[field]}=${encodeURIComponent(given[field])}`,
    ),
  ]
    .filter(Boolean)
    .join('&')
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('audit.officerTitle')}</h1>
        <span className="dim small">{t('audit.officerIntro')}</span>
      </div>
      <Search onSearch={setGiven} />
      <div className="audit-tools">
        <Chips
          label={t('audit.kinds')}
          options={names.map((id) => ({ id, text: t(`audit.filter.${id}`) }))}
          chosen={filter}
          onChoose={setFilter}
        />
        <SaveAudit asked={asked} />
      </div>
      <AuditPages key={asked} asked={asked} self={undefined} withPatients />
    </div>
  )
}
