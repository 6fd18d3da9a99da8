/**
 * Keeps the code in its compiled form, types stripped, beside the packages it is made of: a second start reads it
 * instead of compiling everything again. Where that folder cannot be written, starts are slower and nothing else.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../../node_modules/.cache/vitalwire', import.meta.url))

/** Before anything else is imported: what is loaded already is not kept. */
export function keepCompiledCode(): void {
  process.env['NODE_COMPILE_CACHE'] ??= directory // for the processes started from here, too
  enableCompileCache(process.env['NODE_COMPILE_CACHE'])
}

/** Writes it now; otherwise it is written as the process ends, and not at all where that is killed. */
export const saveCompiledCode = (): void => flushCompileCache()
