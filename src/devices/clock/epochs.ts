import type { Micros } from '../../kernel/time.ts'

/** How a device's clock stands to ours from one tenth of a second of receipt until the next epoch. */
export interface ClockEpoch {
  readonly device: string
  /** Tenths of a second since 1970, by our clock: as exact as every reading's time of receipt is kept. */
  readonly receivedFrom: number
  /** Ours = the device's − offset: above zero the device's clock runs ahead. */
  readonly offsetUs: number
  readonly accuracyUs: number
  /** Said by the device with what it sent, or seen from readings of a time that had not come yet. */
  readonly basis: 'declared' | 'inferred'
  readonly notedAt: Micros
}

const tenthUs = 100_000
export const beginOf = ({ receivedFrom }: Pick<ClockEpoch, 'receivedFrom'>): Micros =>
  (receivedFrom * tenthUs) as Micros
export const tenthOf = (at: number): number => Math.floor(at / tenthUs)

/**
 * The epoch in force when something was received; a pure function, so that storing by it and finding the device's own
 * time again by it agree. Epochs are sorted, and one is only added after every tenth at which anything was received.
 */
export function epochAt<E extends Pick<ClockEpoch, 'receivedFrom'>>(
  epochs: readonly E[],
  receivedTenth: number,
): E | undefined {
  let low = 0
  let high = epochs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (epochs[middle]!.receivedFrom <= receivedTenth) low = middle + 1
    else high = middle
  }
  return epochs[low - 1]
}
