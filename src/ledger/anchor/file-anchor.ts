/**
 * Checkpoints in a file that is only ever appended to, one signed note after the other: on a medium of its own (a share, a
 * tape, a printer's queue) it is out of reach of who changes the database.
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { noteText } from '../note/note.ts'
import type { Anchor } from './model.ts'

/** Between notes, which hold no empty line at their end. */
const separator = '\n'

export function fileAnchor(path: string): Anchor {
  return {
    place: 'file',
    where: path,
    async put({ note, checkpoint }) {
      const text = noteText(note)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      const reference = `size ${checkpoint.size}`
      // A stop between the file and the database must not lay it down twice.
      if (before.includes(text)) return { reference }
      const file = await open(path, 'a', 0o600)
      try {
        await file.writeFile(before === '' ? text : separator + text)
        await file.sync()
      } finally {
        await file.close()
      }
      return { reference }
    },
    async holds({ note }) {
      const text = await readFile(path, 'utf8').catch(() => '')
      return text.includes(noteText(note))
    },
  }
}
