/** Bytes as people who debug devices read them: offset, sixteen bytes in hex, the same as text. */
const perLine = 16

export function hexLines(
  base64: string,
  most = 64,
): { readonly lines: readonly string[]; readonly cut: boolean } {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const lines: string[] = []
  for (let at = 0; at < bytes.length && lines.length < most; at += perLine) {
    const piece = [...bytes.subarray(at, at + perLine)]
    const hex = piece.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = piece.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${text}`)
  }
  return { lines, cut: bytes.length > most * perLine }
}
