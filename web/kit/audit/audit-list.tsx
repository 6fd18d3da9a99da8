/** Entries of the audit in plain words, by day. */
import { useTranslation } from 'react-i18next'
import type { AuditView } from '../../../src/audit/contract.ts'
import { formatClock, formatExact } from '../format.ts'
import './audit-list.css'
import { actOf, byDay, isEmergency, type Run, runsOf } from './words.ts'

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
  if (!first) return null
  const name = first.name
  return (
    <p>
      <span className="dim">{t('audit.about')} </span>
      <bdi>{rest.length === 0 ? name : t('audit.morePatients', { name, count: rest.length })}</bdi>
    </p>
  )
}

function Fact({ entry }: { readonly entry: AuditView }) {
  const { t, i18n } = useTranslation()
  const { at, what, query, address, id } = entry
  const facts: readonly (readonly [string, string | null])[] = [
    [t('audit.what'), what.join(', ')],
    [t('audit.query'), query],
    [t('audit.address'), address],
    [t('audit.reference'), id],
  ]
  return (
    <dl>
      <div>
        <dt>{t('audit.time')}</dt>
        <dd>{formatExact(Date.parse(at), i18n.language)}</dd>
      </div>
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="ltr">{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

/** From the first to the last of a run. */
function timesOf({ entries }: Run): string {
  const [newest, oldest] = [entries[0]!, entries.at(-1)!].map(({ at }) => formatClock(Date.parse(at)))
  return newest === oldest ? newest! : `${oldest}–${newest}`
}

const markOf = (entry: AuditView): string | undefined => {
  if (isEmergency(entry)) return 'audit.emergency'
  return entry.outcome === 'done' ? undefined : `audit.${entry.outcome}`
}

function Line(props: {
  readonly run: Run
  readonly self: string | undefined
  readonly withPatients: boolean
}) {
  const { t } = useTranslation()
  const { run, self, withPatients } = props
  const entry = run.entries[0]!
  const [emergency, mark] = [isEmergency(entry), markOf(entry)]
  const things = run.things.map((thing) => t(`audit.thing.${thing}`)).join(', ')
  const count = run.entries.length
  return (
    <li className="audit-entry" data-mark={emergency ? 'emergency' : entry.outcome}>
      <time dateTime={entry.at} className="dim">
        <bdi className="ltr">{timesOf(run)}</bdi>
      </time>
      <div>
        <Who entry={entry} self={self} />
        <p>
          {t(`audit.act.${actOf(entry)}`)}
          {things !== '' && `: ${things}`} <span className="dim">· {t(`audit.why.${entry.purpose}`)}</span>
        </p>
        {withPatients && <Whose entry={entry} />}
        {mark !== undefined && <p className="audit-mark">{t(mark)}</p>}
        {emergency && entry.reason !== null && (
          <p>
            <span className="dim">{t('audit.reason')}: </span>
            <q>{entry.reason}</q>
          </p>
        )}
        <details className="audit-details">
          <summary>{count > 1 ? t('audit.times', { count }) : t('audit.details')}</summary>
          {run.entries.map((one) => (
            <Fact key={one.id} entry={one} />
          ))}
        </details>
      </div>
    </li>
  )
}

export function AuditList({ entries, self, withPatients = false }: ListProps) {
  const { i18n } = useTranslation()
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full' })
  return byDay(entries).map(([at, all]) => (
    <section key={at} className="audit-day">
      <h2>{day.format(Date.parse(at))}</h2>
      <ul>
        {runsOf(all).map((run) => (
          <Line key={run.entries[0]!.id} run={run} self={self} withPatients={withPatients} />
        ))}
      </ul>
    </section>
  ))
}
