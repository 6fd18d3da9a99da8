/** Where a member of staff works: whom they see. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StaffWards, WardView } from '../../../../src/consent/contract.ts'
import { getJson } from '../../../app/api/client.ts'
import { WardsDialog } from './wards-dialog.tsx'

export function Wards({ person, name }: { readonly person: string; readonly name: string }) {
  const { t } = useTranslation()
  const path = `/api/people/${encodeURIComponent(person)}/wards`
  const mine = useQuery({ queryKey: [path], queryFn: ({ signal }) => getJson<StaffWards>(path, signal) })
  const all = useQuery({
    queryKey: ['wards'],
    queryFn: ({ signal }) => getJson<readonly WardView[]>('/api/wards', signal),
  })
  const [editing, setEditing] = useState(false)
  if (!mine.data || !all.data) return null
  const { wards } = mine.data
  const names = all.data.filter(({ id }) => wards !== 'all' && wards.includes(id)).map((ward) => ward.name)
  const shown = wards === 'all' ? t('consent.wards.all') : names.join(', ') || t('consent.wards.none')
  return (
    <>
      <span className="security-mark">{shown}</span>
      <button
        type="button"
        className="plain-button"
        aria-label={t('consent.wards.editThis', { name })}
        onClick={() => setEditing(true)}
      >
        {t('consent.wards.edit')}
      </button>
      {editing && (
        <WardsDialog
          name={name}
          path={path}
          all={all.data}
          wards={wards}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false)
            void mine.refetch()
          }}
        />
      )}
    </>
  )
}
