/** A patient's own page: who looked at their data, in plain words. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditPerson } from '../../../../src/audit/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { useMe } from '../../../app/session/use-session.ts'
import { AuditPages, SaveAudit } from '../../../kit/audit/audit-pages.tsx'
import { type FilterName, filterNames, filters } from '../../../kit/audit/words.ts'
import { Chips } from '../../../kit/chips.tsx'

function PersonChoice(props: { readonly chosen: string; readonly onChoose: (reference: string) => void }) {
  const { t } = useTranslation()
  const people = useQuery({
    queryKey: ['audit-people'],
    queryFn: ({ signal }) => getJson<readonly AuditPerson[]>('/api/audit/people', signal),
  })
  return (
    <label>
      {t('audit.person')}
      <select className="field" value={props.chosen} onChange={(event) => props.onChoose(event.target.value)}>
        <option value="">{t('audit.anyone')}</option>
        {people.data?.map(({ reference, name, roles }) => (
          <option key={reference} value={reference}>
            {[name, ...roles.map((role) => t(`roles.${role}`))].join(' · ')}
          </option>
        ))}
      </select>
    </label>
  )
}

export default function WhoLooked() {
  const { t } = useTranslation()
  const me = useMe()
  const [filter, setFilter] = useState<FilterName>('all')
  const [person, setPerson] = useState('')
  const [mine, setMine] = useState(false)
  const asked = [
    filters[filter],
    person === '' ? '' : `actor=${encodeURIComponent(person)}`,
    mine || person !== '' ? '' : 'others=true',
  ]
    .filter(Boolean)
    .join('&')
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('audit.title')}</h1>
        <span className="dim small">{t('audit.intro')}</span>
      </div>
      <div className="audit-tools">
        <Chips
          label={t('audit.kinds')}
          options={filterNames.map((id) => ({ id, text: t(`audit.filter.${id}`) }))}
          chosen={filter}
          onChoose={setFilter}
        />
        <PersonChoice chosen={person} onChoose={setPerson} />
        <label className="audit-check">
          <input type="checkbox" checked={mine} onChange={(event) => setMine(event.target.checked)} />
          {t('audit.mine')}
        </label>
        <SaveAudit asked={asked} />
      </div>
      <AuditPages
        key={asked}
        asked={asked}
        self={me?.patient === undefined ? undefined : `Patient/${me.patient}`}
      />
    </div>
  )
}
