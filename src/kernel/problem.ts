/**
 * An expected failure is a value, not an exception: what was wrong, where, and what to do. Each domain keeps
 * its own table of codes; the edge turns a problem into an OperationOutcome, a protocol refusal or a quarantine row.
 */
export interface Problem {
  /** Stable, kebab-case, unique in the domain's table. */
  readonly code: string
  /** What was wrong, in words a person can act on. Never holds patient data or a secret. */
  readonly message: string
  /** Where: a JSON pointer, a field, a byte offset. */
  readonly where?: string
  /** HTTP status at that edge. */
  readonly status: number
}

export type Result<T, P extends Problem = Problem> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: P }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const refused = <P extends Problem>(problem: P): { readonly ok: false; readonly problem: P } => ({
  ok: false,
  problem,
})

/** Carries a problem through code that must throw (a transaction to roll back, a library's callback). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}
