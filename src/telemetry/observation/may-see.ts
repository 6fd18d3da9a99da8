import type { RecordAccess } from '../../record/model.ts'
import type { Series } from '../model.ts'

/** A device that was on no patient is seen by those who may see everyone. */
export const maySee = (access: RecordAccess, series: Series): boolean =>
  access.patients === 'all' || (series.patient !== null && access.patients.includes(series.patient))
