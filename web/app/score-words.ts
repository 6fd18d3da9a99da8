import type { TFunction } from 'i18next'
import type { ScoreView } from '../../src/monitoring/contract.ts'

/** Which parts a score lacks, by name: such a total is a lower bound. */
export const missingParts = (t: TFunction, { missing }: ScoreView): string =>
  t('score.without', {
    parts: missing.map((part) => t(`score.partName.${part}`, { defaultValue: part })).join(', '),
  })
