/** Entries of the audit in plain words, by day. */
import { useTranslation } from 'react-i18next'
import type { AuditView } from '../../../src/audit/contract.ts'
import { formatClock } from '../format.ts'
import './audit-list.css'
import { actOf, byDay, isEmergency, thingsOf } from './words.ts'

interface ListProps {
  readonly entries: readonly AuditView[]
  /** Reference of the reader, said as “you”. */
  readonly self: string | undefined
  /** Whose data it was, for who looks at more than their own. */
  readonly withPatients?: boolean
}

function Who({ entry, self }: { readonly entry: AuditView; readonly self: string | undefined }) {
  const { t } = useTranslation()
  const { who, app } = entry
  const roles = who?.roles.map((role) => t(`roles.${role}`)).join(', ') ?? ''
  return (
    <p className="audit-who">
      <b>
        <bdi>{who === null ? t('audit.nobody') : who.reference === self ? t('audit.you') : who.name}</bdi>
      </b>
      {who?.reference !== self && roles !== '' && <span className="dim"> {roles}</span>}
      {app !== null && <span className="dim"> {t('audit.byApp', { app })}</span>}
    </p>
  )
}

function Whose({ entry }: { readonly entry: AuditView }) {
  const { t } = useTranslation()
  const [first, ...rest] = entry.patients
  if (!first) return <p className="dim">{t('audit.everyone')}</p>
  const name = first.name
  return (
    <p>
      <span className="dim">{t('audit.about')} </span>
      <bdi>{rest.length === 0 ? name : t('audit.morePatients', { name, count: rest.length })}</bdi>
    </p>
  )
}

function Details({ entry }: { readonly entry: AuditView }) {
  const { t } = useTranslation()
  const { query, address, id, what } = entry
  const facts: [string, string][] = [
    ...(query === null ? [] : [[t('audit.query'), query] as [string, string]]),
    ...(address === null ? [] : [[t('audit.address'), address] as [string, string]]),
    [t('audit.reference'), id],
  ]
  return (
    <details className="audit-details">
      <summary>{t('audit.details')}</summary>
      <p className="ltr">{what.join(', ')}</p>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="ltr">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Entry({
  entry,
  self,
  withPatients = false,
}: Omit<ListProps, 'entries'> & { readonly entry: AuditView }) {
  const { t } = useTranslation()
  const emergency = isEmergency(entry)
  const mark = emergency
    ? t('audit.emergency')
    : entry.outcome === 'refused'
      ? t('audit.refused')
      : entry.outcome === 'failed'
        ? t('audit.failed')
        : undefined
  const things = thingsOf(entry).map((thing) => t(`audit.thing.${thing}`))
  return (
    <li className="audit-entry" data-mark={emergency ? 'emergency' : entry.outcome}>
      <time dateTime={entry.at} className="ltr dim">
        {formatClock(Date.parse(entry.at))}
      </time>
      <div>
        <Who entry={entry} self={self} />
        <p>
          {t(`audit.act.${actOf(entry)}`)}
          {things.length > 0 && `: ${things.join(', ')}`}
        </p>
        <p className="dim">{t(`audit.why.${entry.purpose}`)}</p>
        {withPatients && <Whose entry={entry} />}
        {mark !== undefined && <p className="audit-mark">{mark}</p>}
        {emergency && entry.reason !== null && (
          <p>
            <span className="dim">{t('audit.reason')}: </span>
            <q>{entry.reason}</q>
          </p>
        )}
        <Details entry={entry} />
      </div>
    </li>
  )
}

export function AuditList({ entries, ...rest }: ListProps) {
  const { i18n } = useTranslation()
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full' })
  return byDay(entries).map(([at, all]) => (
    <section key={at} className="audit-day">
      <h2>{day.format(Date.parse(at))}</h2>
      <ul>
        {all.map((entry) => (
          <Entry key={entry.id} entry={entry} {...rest} />
        ))}
      </ul>
    </section>
  ))
}
