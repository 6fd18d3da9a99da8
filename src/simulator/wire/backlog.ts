export interface Pack {
  readonly bytes: Uint8Array
  readonly waveform: boolean
  /** Called when the other side has it. */
  readonly acknowledged?: () => void
}

/** What could not be sent yet: bounded in bytes; the oldest waveforms go first, then the oldest numbers. */
export class Backlog {
  #waiting: Pack[] = []
  #sizeBytes = 0
  #dropped = 0
  readonly #limitBytes: number
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }
  get length(): number {
    return this.#waiting.length
  }
  get sizeBytes(): number {
    return this.#sizeBytes
  }
  get dropped(): number {
    return this.#dropped
  }
  add(pack: Pack): void {
    this.#waiting.push(pack)
    this.#sizeBytes += pack.bytes.length
    while (this.#sizeBytes > this.#limitBytes) {
      const waveform = this.#waiting.findIndex((waiting) => waiting.waveform)
      const [gone] = this.#waiting.splice(Math.max(0, waveform), 1)
      this.#sizeBytes -= gone?.bytes.length ?? 0
      this.#dropped++
    }
  }
  /** Oldest first; or newest first, as a careless device would. */
  take(newestFirst: boolean): Pack | undefined {
    const next = newestFirst ? this.#waiting.pop() : this.#waiting.shift()
    this.#sizeBytes -= next?.bytes.length ?? 0
    return next
  }
}
