import { decodeRollups } from '../codec/rollup-block.ts'
import { type DerivedRows, rollupKind } from '../keeping/model.ts'
import {
  deleteRolledDays,
  deleteRollups,
  deleteRollupsOfSeries,
  rollupTables,
} from '../store/rollup-store.ts'
import { dayUs } from './rollup.ts'

/** Roll-ups, to those who delete readings: minutes go with their block, hours may outlive it. */
export const rollupRows: DerivedRows = {
  tables: rollupTables,
  async blocksDeleted(tx, keys) {
    if (keys.length > 0) await deleteRollups(tx, 'telemetry_rollup_minute', keys)
  },
  async deleteBefore(tx, series, before) {
    const days = await deleteRolledDays(tx, series, before, dayUs)
    return days.map((day) => {
      const rolled = decodeRollups(day.payload)
      return {
        series: day.series,
        kind: rollupKind,
        firstAt: day.periodStart,
        lastAt: day.periodStart + dayUs - 1,
        blocks: 1,
        readings: rolled.readings.reduce((sum, one) => sum + one, 0),
        bytes: day.payload.length,
      }
    })
  },
  deleteSeries: (tx, series) => deleteRollupsOfSeries(tx, series),
}
