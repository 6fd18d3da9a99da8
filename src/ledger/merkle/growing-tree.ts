import { emptyRoot, type Hash, nodeHash } from './hash.ts'
import { joinedParts } from './ranges.ts'

/** A tree of which only the perfect trees at its left are kept: leaves come one by one, and its root can be asked at any size. */
export class GrowingTree {
  #parts: { readonly level: number; readonly hash: Hash }[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get root(): Hash {
    return this.#size === 0 ? emptyRoot : joinedParts(this.#parts.map(({ hash }) => hash))
  }

  append(leaf: Hash): void {
    let part = { level: 0, hash: leaf }
    for (let last = this.#parts.at(-1); last?.level === part.level; last = this.#parts.at(-1)) {
      this.#parts.pop()
      part = { level: part.level + 1, hash: nodeHash(last.hash, part.hash) }
    }
    this.#parts.push(part)
    this.#size++
  }
}
