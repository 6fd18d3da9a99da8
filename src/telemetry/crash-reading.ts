/** The n-th reading of the crash test: one a second, with a value of its own. */
export const crashTime = (n: number): number => Date.UTC(2026, 0, 1) * 1_000 + n * 1_000_000
export const crashValue = (n: number): number => (n * 7_919) % 100_003
