/** Parameters of one statement: every value passes here, so that none is ever written into SQL text. */
export class Values {
  readonly list: unknown[] = []
  /** Its placeholder, `$n`. */
  add(value: unknown): string {
    this.list.push(value)
    return `$${this.list.length}`
  }
}
