import { atrialFibrillation } from './atrial-fibrillation.ts'
import { copdExacerbation } from './copd-exacerbation.ts'
import type { Course } from './course.ts'
import { healthyRecovery } from './healthy-recovery.ts'
import { heartFailure } from './heart-failure.ts'
import { hypoglycaemia } from './hypoglycaemia.ts'
import { postOperativeBleed } from './post-operative-bleed.ts'
import { sepsis } from './sepsis.ts'
import { stable } from './stable.ts'

/** Every course by id. */
export const courses: ReadonlyMap<string, Course> = new Map(
  [
    stable,
    healthyRecovery,
    sepsis,
    copdExacerbation,
    hypoglycaemia,
    postOperativeBleed,
    atrialFibrillation,
    heartFailure,
  ].map((course) => [course.id, course]),
)
