/** The command was called wrongly; `usage` says how it is called. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly usage: string
  constructor(problem: string, usage: string) {
    super(problem)
    this.usage = usage
  }
}
