import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Text scans only: no database is started for them. */
export default defineConfig({
  test: {
    include: ['tests/architecture/**/*.test.ts'],
    root: fileURLToPath(new URL('../..', import.meta.url)),
  },
})
