/** One of a few: a row of buttons of which one is pressed. */
export interface ChipsProps<T extends string> {
  readonly label: string
  readonly options: readonly { readonly id: T; readonly text: string; readonly count?: number | undefined }[]
  readonly chosen: T | undefined
  readonly onChoose: (id: T) => void
}

export function Chips<T extends string>({ label, options, chosen, onChoose }: ChipsProps<T>) {
  return (
    <fieldset className="chips" aria-label={label}>
      {options.map(({ id, text, count }) => (
        <button
          key={id}
          type="button"
          className="chip"
          aria-pressed={chosen === id}
          onClick={() => onChoose(id)}
        >
          {text}
          {count !== undefined && <span className="chip-count"> {count}</span>}
        </button>
      ))}
    </fieldset>
  )
}
