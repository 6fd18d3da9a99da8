import type { Micros } from '../../kernel/time.ts'

/** One emergency access: of one person to one patient, for a time. */
export interface BrokenGlass {
  readonly id: number
  /** `Practitioner/…` */
  readonly actor: string
  readonly patient: string
  readonly beganAt: Micros
  readonly endsAt: Micros
}

/** Which glass is broken now; decisions ask it each time. */
export interface BrokenGlassRegister {
  of(actor: string, now: Micros): readonly BrokenGlass[]
  nextEnd(now: Micros): Micros | undefined
  onChanged(listener: () => void): () => void
}

export const noBrokenGlass: BrokenGlassRegister = {
  of: () => [],
  nextEnd: () => undefined,
  onChanged: () => () => {},
}
