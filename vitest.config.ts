import { defineConfig } from 'vitest/config'

/** What is timed against the wall runs by itself, after everything else. */
const timed = ['tests/browser/live-board.test.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'web/dist/**', ...timed],
          globalSetup: ['tests/postgres-server.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timed', include: timed, sequence: { groupOrder: 1 }, maxWorkers: 1 },
      },
    ],
  },
})
