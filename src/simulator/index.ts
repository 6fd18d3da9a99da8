/** For the app that starts the simulator; everything else goes over its sockets. */
export { type CastMember, demoCast } from './cast.ts'
export type { SimulatorDocument } from './config.ts'
/** What the program prints when everything its devices remembered was acknowledged. */
export const historySentLine = 'simulator history sent'

/** The program to start: `node <this> [FILE]`, configuration by FILE or standard input. */
export const simulatorProgram = new URL('./main.ts', import.meta.url)
