/** What the log says of itself in leaves of its own: which leaves were forgotten, which rows were there before it. */
import { z } from 'zod'
import { base64 } from '../bytes.ts'
import type { LeafLine } from '../export/format.ts'
import { type Finding, when } from './finding.ts'
import { isOpened, nameOfRow } from './leaves.ts'

const forgottenSchema = z.object({
  forgotten: z.object({ leaves: z.array(z.number()), commitments: z.array(z.string()) }),
  rewritten: z.array(z.string()),
})
const adoptedMarkKey = 'ledger/adopted'

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export class Marks {
  readonly #forgotten = new Set<number | string>()
  readonly #rewritten = new Set<string>()
  #adoptionEnded: number | undefined
  readonly #closed: { readonly leaf: number; readonly data: string }[] = []
  readonly #late: LeafLine[] = []
  adopted = 0
  erased = 0

  /** A mark whose leaf commits to it. */
  take(line: LeafLine): void {
    if (line.entry?.kind !== 'ledger' || !line.row) return
    if (line.entry.key === adoptedMarkKey) this.#adoptionEnded = line.leaf
    const mark = forgottenSchema.safeParse(jsonOf(line.row.content))
    if (!mark.success) return
    for (const one of [...mark.data.forgotten.leaves, ...mark.data.forgotten.commitments])
      this.#forgotten.add(one)
    for (const one of mark.data.rewritten) this.#rewritten.add(one)
  }

  /** A leaf that nothing opens; the mark that says so may come later. */
  closed({ leaf, commitment }: LeafLine): void {
    this.#closed.push({ leaf, data: commitment ? base64(commitment) : '' })
  }

  /** A row that says it is older than the log. */
  olderThanLog(line: LeafLine, logBegan: number | undefined): void {
    this.adopted++
    const afterwards = this.#adoptionEnded !== undefined
    const younger = logBegan !== undefined && line.entry !== undefined && line.entry.atUs > logBegan
    if (afterwards || younger) this.#late.push(line)
  }

  /** After the last leaf. */
  findings(): Finding[] {
    const removed = this.#closed.filter(
      ({ leaf, data }) => !this.#forgotten.has(leaf) && !this.#forgotten.has(data),
    )
    this.erased = this.#closed.length - removed.length
    const late = this.#late.filter(
      ({ commitment }) => !commitment || !this.#rewritten.has(base64(commitment)),
    )
    this.adopted -= this.#late.length
    return [
      ...removed.map(
        ({ leaf }): Finding => ({
          ...{ kind: 'removed', leaf },
          words: `the row of leaf ${leaf} was removed from ledger_entry, and the log says of no erasure of it`,
        }),
      ),
      ...late.filter(isOpened).map(
        (line): Finding => ({
          ...{ kind: 'inserted', leaf: line.leaf, key: line.entry.key },
          words: `${nameOfRow(line)} was inserted behind the log's back: it claims ${when(line.entry.atUs)}, and was committed to only later, as if it were older than the log`,
        }),
      ),
    ]
  }
}
