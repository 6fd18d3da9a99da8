import type { DataClass } from '../../kernel/data-class.ts'
import type { PurposeOfUse } from '../../kernel/purpose.ts'
import type { ConsentFormView } from '../contract.ts'
import type { Ruling } from '../model.ts'

export interface Wording {
  readonly title: string
  readonly text: string
  readonly effect: string
}

/** What was put before people from a day on. A text that somebody signed is never edited: a new version is added. */
export interface WordingVersion {
  readonly version: string
  readonly languages: Readonly<Record<'en' | 'de' | 'ar', Wording>>
}

/** A decision that patients can make, as data: what it asks, what it means, and in which words. */
export interface ConsentForm {
  readonly id: string
  readonly category: 'patient-privacy' | 'research'
  readonly ruling: Ruling
  readonly purposes?: readonly PurposeOfUse[]
  readonly asks: ConsentFormView['asks']
  /** Kinds of data that can be chosen; absent: any. */
  readonly classes?: readonly DataClass[]
  /** Newest last. */
  readonly versions: readonly [WordingVersion, ...WordingVersion[]]
}
