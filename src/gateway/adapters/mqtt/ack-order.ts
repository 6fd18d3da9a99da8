/** A place in the order of acknowledgements. */
export interface Ticket {
  answer: (() => void) | undefined
}

/**
 * PUBACK goes out in the order of the PUBLISHes [MQTT-4.6.0-2], whoever answers them and whenever: an answer that is
 * ready waits for those before it.
 */
export class AckOrder {
  readonly #tickets: Ticket[] = []
  /** Of packets that were passed on, not yet claimed by who answers them. */
  readonly #passed: Ticket[] = []

  take(): Ticket {
    const ticket: Ticket = { answer: undefined }
    this.#tickets.push(ticket)
    return ticket
  }

  /** For a packet that somebody else will answer. */
  pass(): void {
    this.#passed.push(this.take())
  }

  /** The place of the oldest packet passed on; undefined where there is none. */
  claim(): Ticket | undefined {
    return this.#passed.shift()
  }

  /** The answer is ready; it and those that waited for it are given. */
  settle(ticket: Ticket, answer: () => void): void {
    ticket.answer = answer
    while (this.#tickets[0]?.answer) this.#tickets.shift()!.answer!()
  }
}
