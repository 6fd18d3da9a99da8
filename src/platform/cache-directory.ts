/**
 * Where things derived from the code and its packages alone are kept: beside those packages, so that they are as
 * trusted, and as easily thrown away. Losing it costs time and nothing else; it may not be writable.
 */
import { fileURLToPath } from 'node:url'

export const cacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/vitalwire/', import.meta.url))
