import { dataOfMetric } from '../../kernel/metrics/data-class.ts'
import type { Permit } from '../../kernel/permit.ts'
import type { Series } from '../model.ts'

/** A device that was on no patient is seen by those who may see what is nobody's. */
export const maySee = (permit: Permit, { patient, metric }: Pick<Series, 'patient' | 'metric'>): boolean =>
  permit.covers(patient === null ? [] : [patient], dataOfMetric(metric))
