/** `npm start` ends here: the server in the foreground until Ctrl-C or SIGTERM. */
import { keepCompiledCode } from '../platform/compiled-code.ts'

keepCompiledCode()
const { start } = await import('./start.ts')
process.exitCode = await start(process.env)
