/**
 * The secrets of one device over time, oldest first: one, and while it is being replaced two. A new one is good at once;
 * the one before goes on until the new one is first used (then the device has it), or until its deadline. Pure.
 */
import type { Micros } from '../../kernel/time.ts'

export interface Secret {
  readonly sha256: Buffer
  readonly issuedAt: Micros
  /** null: it is not being replaced. */
  readonly validUntil: Micros | null
  readonly lastUsedAt: Micros | null
}

export const holding = (secrets: readonly Secret[], now: Micros): readonly Secret[] =>
  secrets.filter(({ validUntil }) => validUntil === null || validUntil > now)

/**
 * @param until null: what was before ends at once. Of two that hold, the older stays, since the newer was never used and
 * the device may not have it; its deadline is not moved out by rotating again.
 */
export function rotated(
  secrets: readonly Secret[],
  fresh: { readonly sha256: Buffer; readonly issuedAt: Micros },
  until: Micros | null,
): readonly Secret[] {
  const next: Secret = { ...fresh, validUntil: null, lastUsedAt: null }
  const [oldest] = holding(secrets, fresh.issuedAt)
  if (until === null || !oldest) return [next]
  return [{ ...oldest, validUntil: Math.min(oldest.validUntil ?? until, until) as Micros }, next]
}

export function used(secrets: readonly Secret[], one: Secret, now: Micros): readonly Secret[] {
  const noted = { ...one, lastUsedAt: now }
  return one === secrets.at(-1) ? [noted] : secrets.map((other) => (other === one ? noted : other))
}
