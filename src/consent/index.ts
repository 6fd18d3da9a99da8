export { classify } from './classify.ts'
export { createDecisionPoint, type DecisionPoint, type DecisionPointDeps } from './decision-point.ts'
export { permitPlugin, requirePermit } from './plugin.ts'
