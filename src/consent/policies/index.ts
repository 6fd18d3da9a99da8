/** The policies in force: who may see what by what they are to the patient. Read from top to bottom, each adds. */
import type { Policy } from '../model.ts'
import { care } from './care.ts'
import { house } from './house.ts'
import { secondaryUse } from './secondary-use.ts'
import { self } from './self.ts'

export const policies: readonly Policy[] = [...self, ...care, ...house, ...secondaryUse]
