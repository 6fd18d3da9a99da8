import { dataClassOfMetric } from '../kernel/metrics/data-class.ts'
import { metrics } from '../kernel/metrics/index.ts'
import type { Permit } from '../kernel/permit.ts'
import { isoFromMicros, type Micros, microsFromIso } from '../kernel/time.ts'
import type { Database } from '../platform/postgres/database.ts'
import { visibleRows } from '../platform/postgres/visible-rows.ts'
import type { AlarmRecord } from './alarms/alarm-slot.ts'
import type { AlarmChange } from './alarms/alarm-writer.ts'
import type { AlarmTrailEntry, AlarmView, PatientMonitoring } from './contract.ts'

export interface AlarmFilter {
  /** 'all', or only these. */
  /** One alone; absent: everyone of whom the permit lets alarms be seen. */
  readonly patient?: string
  readonly permit: Permit
  readonly states?: readonly AlarmView['state'][]
  readonly since?: Micros
  readonly includeInhibited?: boolean
  readonly limit: number
}

export interface MonitoringStore {
  /** Alarm rows and their trail in one transaction; a change that is there already is left as it is. */
  save(changes: readonly AlarmChange[]): Promise<void>
  find(filter: AlarmFilter): Promise<readonly AlarmRecord[]>
  byId(id: string): Promise<AlarmRecord | undefined>
  /** What a restart needs: every alarm that is not over, and those that changed since `judgedSince`. */
  unsettled(judgedSince: Micros): Promise<readonly AlarmRecord[]>
  trail(alarm: Pick<AlarmView, 'id' | 'patient'>): Promise<readonly AlarmTrailEntry[]>
  monitoringOfAll(): Promise<readonly PatientMonitoring[]>
  /** undefined: someone else changed it since `after.version - 1`. */
  saveMonitoring(
    after: PatientMonitoring,
    by: { readonly at: Micros; readonly actor: string; readonly reason: string | null },
  ): Promise<PatientMonitoring | undefined>
}

interface AlarmRow {
  patient: string
  id: string
  device: string | null
  metric: string | null
  rule: string
  title: string
  kind: AlarmView['kind']
  priority: AlarmView['priority']
  state: AlarmView['state']
  acknowledged_by: string | null
  acknowledged_at: number | null
  raised_at: number
  cleared_at: number | null
  value: number | null
  limit_value: number | null
  text: string
  inhibited_by: string | null
  judged_at: number
  version: number
}

const columns = `patient, id, device, metric, rule, title, kind, priority, state, acknowledged_by, acknowledged_at,
  raised_at, cleared_at, value, limit_value, text, inhibited_by, judged_at, version`

const isoOrNull = (at: number | null): string | null => (at === null ? null : isoFromMicros(at as Micros))
const microsOrNull = (iso: string | null): number | null =>
  iso === null ? null : (microsFromIso(iso) ?? null)

const recordFromRow = (row: AlarmRow): AlarmRecord => ({
  id: row.id,
  patient: row.patient,
  device: row.device,
  rule: row.rule,
  title: row.title,
  kind: row.kind,
  priority: row.priority,
  state: row.state,
  acknowledged: row.acknowledged_by !== null,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedAt: isoOrNull(row.acknowledged_at),
  raisedAt: isoFromMicros(row.raised_at as Micros),
  clearedAt: isoOrNull(row.cleared_at),
  metric: row.metric,
  value: row.value,
  limit: row.limit_value,
  text: row.text,
  inhibitedBy: row.inhibited_by,
  judgedAt: row.judged_at,
  version: row.version,
})

const rowFromRecord = (alarm: AlarmRecord): AlarmRow => ({
  patient: alarm.patient,
  id: alarm.id,
  device: alarm.device,
  metric: alarm.metric,
  rule: alarm.rule,
  title: alarm.title,
  kind: alarm.kind,
  priority: alarm.priority,
  state: alarm.state,
  acknowledged_by: alarm.acknowledgedBy,
  acknowledged_at: microsOrNull(alarm.acknowledgedAt),
  raised_at: microsFromIso(alarm.raisedAt) ?? 0,
  cleared_at: microsOrNull(alarm.clearedAt),
  value: alarm.value,
  limit_value: alarm.limit,
  text: alarm.text,
  inhibited_by: alarm.inhibitedBy,
  judged_at: Math.max(0, Math.round(Number.isFinite(alarm.judgedAt) ? alarm.judgedAt : 0)),
  version: alarm.version,
})

const saveAlarms = `INSERT INTO alarm (${columns})
  SELECT ${columns} FROM jsonb_populate_recordset(NULL::alarm, $1::jsonb)
  ON CONFLICT (patient, id) DO UPDATE SET
    state = excluded.state, acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
    cleared_at = excluded.cleared_at, inhibited_by = excluded.inhibited_by, judged_at = excluded.judged_at,
    version = excluded.version
  WHERE alarm.version < excluded.version`

const saveEvents = `INSERT INTO alarm_event (patient, alarm, version, at, event, actor)
  SELECT patient, alarm, version, at, event, actor FROM jsonb_populate_recordset(NULL::alarm_event, $1::jsonb)
  ON CONFLICT DO NOTHING`

/** The last state of each alarm; those that are over first, so that their successors find the place free. */
function lastRows(changes: readonly AlarmChange[]): { over: AlarmRow[]; current: AlarmRow[] } {
  const last = new Map(changes.map(({ alarm }) => [alarm.id, rowFromRecord(alarm)]))
  const rows = [...last.values()]
  return {
    over: rows.filter((row) => row.state === 'cleared'),
    current: rows.filter((row) => row.state !== 'cleared'),
  }
}

export function createMonitoringStore(db: Database): MonitoringStore {
  return {
    async save(changes) {
      const { over, current } = lastRows(changes)
      const events = changes.map(({ alarm, event, at, actor }) => ({
        patient: alarm.patient,
        alarm: alarm.id,
        version: alarm.version,
        at,
        event,
        actor,
      }))
      await db.transaction(async (tx) => {
        for (const rows of [over, current]) {
          if (rows.length > 0) await tx.query(saveAlarms, [JSON.stringify(rows)])
        }
        await tx.query(saveEvents, [JSON.stringify(events)])
      })
    },

    async find({ patient, permit, states, since, includeInhibited = false, limit }) {
      const list: unknown[] = [patient ?? null, states ?? null, since ?? null, includeInhibited, limit]
      const rows = await db.query<AlarmRow>(
        `SELECT ${columns} FROM alarm
         WHERE ($1::text IS NULL OR patient = $1) AND ${visibleAlarms(list, permit)} AND ($2::text[] IS NULL OR state = ANY($2))
           AND ($3::bigint IS NULL OR raised_at >= $3 OR cleared_at >= $3) AND ($4 OR inhibited_by IS NULL)
         ORDER BY raised_at DESC, id LIMIT $5`,
        list,
      )
      return rows.map(recordFromRow)
    },

    async byId(id) {
      const rows = await db.query<AlarmRow>(`SELECT ${columns} FROM alarm WHERE id = $1`, [id])
      return rows[0] && recordFromRow(rows[0])
    },

    async unsettled(judgedSince) {
      const rows = await db.query<AlarmRow>(
        `SELECT ${columns} FROM alarm WHERE state <> 'cleared' OR judged_at >= $1 
         ORDER BY state <> 'cleared', judged_at`,
        [judgedSince],
      )
      return rows.map(recordFromRow)
    },

    async trail({ id, patient }) {
      const rows = await db.query<Omit<AlarmTrailEntry, 'at'> & { at: number }>(
        'SELECT at, event, actor FROM alarm_event WHERE patient = $1 AND alarm = $2 ORDER BY version',
        [patient, id],
      )
      return rows.map((row) => ({ ...row, at: isoFromMicros(row.at as Micros) }))
    },

    async monitoringOfAll() {
      const rows = await db.query<Omit<PatientMonitoring, 'spo2Scale'> & { spo2_scale: 1 | 2 }>(
        'SELECT patient, limits, spo2_scale, version FROM patient_monitoring',
      )
      return rows.map(({ spo2_scale, ...rest }) => ({ ...rest, spo2Scale: spo2_scale }))
    },

    async saveMonitoring(after, { at, actor, reason }) {
      const values = [after.patient, JSON.stringify(after.limits), after.spo2Scale, after.version]
      return await db.transaction(async (tx) => {
        const saved = await tx.query(
          `INSERT INTO patient_monitoring (patient, limits, spo2_scale, version)
           SELECT $1::text, $2::jsonb, $3::smallint, $4::int WHERE $4::int = 1 OR EXISTS (SELECT 1 FROM patient_monitoring WHERE patient = $1)
           ON CONFLICT (patient) DO UPDATE SET limits = excluded.limits, spo2_scale = excluded.spo2_scale,
             version = excluded.version
           WHERE patient_monitoring.version = excluded.version - 1
           RETURNING patient`,
          values,
        )
        if (saved.length === 0) return undefined
        await tx.query(
          `INSERT INTO patient_monitoring_change (patient, limits, spo2_scale, version, at, actor, reason)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [...values, at, actor, reason],
        )
        return after
      })
    },
  }
}

/** By class of what an alarm is about, as `dataOfAlarm` has it. */
function visibleAlarms(list: unknown[], permit: Permit): string {
  const values = { add: (value: unknown) => `$${list.push(value)}` }
  const rows = {
    patients: 'ARRAY[patient]',
    get dataClass() {
      const ids = [...metrics.keys()]
      const classes = values.add(ids.map(dataClassOfMetric))
      return `coalesce((SELECT c FROM unnest(${values.add(ids)}::text[], ${classes}::text[]) AS known (m, c)
        WHERE m = metric), CASE WHEN metric IS NOT NULL THEN 'other'
        WHEN kind = 'technical' THEN 'devices' ELSE 'vital-signs' END)`
    },
    labels: "'{}'::text[]",
  }
  return visibleRows(values, rows, permit)
}
