const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Every word of `wanted` is somewhere in `text`, without regard to case or accents. */
export function matchesText(text: string, wanted: string): boolean {
  const where = plain(text)
  return plain(wanted)
    .split(/\s+/)
    .every((word) => where.includes(word))
}
