import { topic } from '../platform/bus.ts'

/** After the commit of a change to a resource. */
export interface RecordChange {
  readonly resourceType: string
  readonly id: string
  readonly versionId: string
  readonly interaction: 'create' | 'update' | 'delete'
}
export const recordChanged = topic<RecordChange>('record.changed')
