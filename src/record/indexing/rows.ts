/** What of one version of a resource can be searched. `param` is the search parameter's code. */
export interface IndexRows {
  readonly tokens: TokenRow[]
  readonly strings: StringRow[]
  readonly dates: DateRow[]
  readonly references: ReferenceRow[]
  readonly quantities: QuantityRow[]
}

interface Row {
  readonly param: string
  /** Which repetition of a composite's base element the value is from; 0 elsewhere. */
  readonly element: number
}
export interface TokenRow extends Row {
  /** '' none, `*` implied by the element (a plain code). */
  readonly system: string
  readonly code: string
}
export interface StringRow extends Row {
  readonly folded: string
  readonly exact: string
}
export interface DateRow extends Row {
  readonly startUs: number
  readonly endUs: number
}
export interface ReferenceRow extends Row {
  /** '' where the target is a URL. */
  readonly targetType: string
  readonly targetId: string
}
export interface QuantityRow extends Row {
  /** Decimals as text, so that none is rounded; `-Infinity` and `Infinity` where open. */
  readonly low: string
  readonly high: string
  readonly system: string
  readonly code: string
  readonly unit: string
}

export const emptyRows = (): IndexRows => ({
  tokens: [],
  strings: [],
  dates: [],
  references: [],
  quantities: [],
})
