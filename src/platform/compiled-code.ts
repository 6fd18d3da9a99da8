/** Keeps the code in its compiled form, types stripped: a second start reads it instead of compiling all again. */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { cacheDirectory } from './cache-directory.ts'

/** Before anything else is imported: what is loaded already is not kept. */
export function keepCompiledCode(): void {
  process.env['NODE_COMPILE_CACHE'] ??= cacheDirectory // for the processes started from here, too
  enableCompileCache(process.env['NODE_COMPILE_CACHE'])
}

/** Writes it now; otherwise it is written as the process ends, and not at all where that is killed. */
export const saveCompiledCode = (): void => flushCompileCache()
