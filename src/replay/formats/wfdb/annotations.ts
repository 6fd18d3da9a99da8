/** MIT-format annotation files (annot(5)): 16-bit words, six bits of code and ten of time since the one before. */
import type { RecordingEvent } from '../../recording.ts'

/** Mnemonics by code, from ecgcodes.h; those of heart beats are the first set. */
const beatLabels: Readonly<Record<number, string>> = {
  1: 'N',
  2: 'L',
  3: 'R',
  4: 'a',
  5: 'V',
  6: 'F',
  7: 'J',
  8: 'A',
  9: 'S',
  10: 'E',
  11: 'j',
  12: '/',
  13: 'Q',
  25: 'B',
  30: '?',
  34: 'e',
  35: 'n',
  38: 'f',
  41: 'r',
}
const rhythmChange = 28
const otherLabels: Readonly<Record<number, string>> = {
  14: '~',
  16: '|',
  18: 's',
  19: 'T',
  20: '*',
  21: 'D',
  22: '"',
  23: '=',
  24: 'p',
  26: '^',
  27: 't',
  29: 'u',
  31: '!',
  32: '[',
  33: ']',
  36: '@',
  37: 'x',
  39: '(',
  40: ')',
}
const skip = 59
const num = 60
const sub = 61
const chn = 62
const aux = 63

/** @param frameRateHz the record's, which the annotations' times count in. */
export function decodeAnnotations(bytes: Uint8Array, frameRateHz: number): RecordingEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const events: RecordingEvent[] = []
  let time = 0
  let code = 0
  let at = 0
  const emit = (note: string) => {
    const timeS = time / frameRateHz
    const beat = beatLabels[code]
    if (beat !== undefined) events.push({ timeS, kind: 'beat', label: beat })
    else if (code === rhythmChange) events.push({ timeS, kind: 'rhythm', label: note.replace(/^\(/, '') })
    else {
      const label = otherLabels[code]
      if (label !== undefined)
        events.push({ timeS, kind: 'note', label: note === '' ? label : `${label} ${note}` })
    }
  }
  while (at + 1 < view.byteLength) {
    const word = view.getUint16(at, true)
    at += 2
    if (word === 0) break
    const type = word >> 10
    if (type === skip) {
      if (at + 3 >= view.byteLength) break
      time += (view.getUint16(at, true) << 16) | view.getUint16(at + 2, true) // PDP-11 order: high word first
      at += 4
      continue
    }
    time += word & 0x3ff
    code = type
    let note = ''
    // Modifiers follow the annotation they belong to.
    while (at + 1 < view.byteLength) {
      const modifier = view.getUint16(at, true)
      const kind = modifier >> 10
      if (kind < num || kind > aux) break
      at += 2
      if (kind === aux) {
        const length = modifier & 0x3ff
        note = new TextDecoder('latin1').decode(bytes.subarray(at, at + length)).replace(/\0.*$/, '')
        at += length + (length % 2)
      }
      if (kind !== num && kind !== sub && kind !== chn && kind !== aux) break
    }
    emit(note)
  }
  return events
}
