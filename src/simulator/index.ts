export { type CastMember, demoCast } from './cast.ts'
export type { SimulatorDocument } from './config.ts'
