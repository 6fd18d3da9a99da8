/** Long enough to tell texts apart, short enough for an index row. */
export const foldedLength = 200

/** String search ignores case, accents and surplus space (R4 search, string). */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, foldedLength)
