/** The repository as text: what the architecture tests look at. No parser: a scan of everything takes a blink. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
}

const skipped = /^(node_modules|\.git|\.node\d+|\.vitalwire.*|dist|coverage|\.cache|results\.json)$/
const textual = /\.(ts|tsx|mjs|js|json|md|css|html|sql|sh|svg|yml)$|^\.?[A-Za-z]+$/

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.test(entry.name) || entry.isSymbolicLink()) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (textual.test(entry.name)) yield path
  }
}

export const files: readonly SourceFile[] = [...walk(root)]
  .map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
  .sort((a, b) => (a.path < b.path ? -1 : 1))

/** Tests, and what only they use. */
export const isTest = (path: string): boolean =>
  /\.test\.tsx?$|(^|\/)(tests|testing)\//.test(path) || /(^|\/)test-[^/]+\.tsx?$/.test(path)

/** The TypeScript that ships: `src/` and `web/` without tests. */
export const shipped: readonly SourceFile[] = files.filter(
  ({ path }) => /^(src|web)\/.*\.tsx?$/.test(path) && !isTest(path),
)

/** `src/<room>/…` → the room. */
export const roomOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1]

// A string (kept by the caller's choice) or a comment; whichever begins first wins.
const token =
  /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*/g

/** Code alone: no comments, and strings empty. Code inside `${…}` of a template goes with its string. */
export const codeOf = (text: string): string => text.replace(token, (_all, string) => (string ? "''" : ''))

export const stringsOf = (text: string): readonly string[] =>
  [...text.matchAll(token)].flatMap((match) => (match[1] ? [match[1]] : []))

export interface Import {
  readonly from: string
  /** From the root where it is a file of ours, else the package's name. */
  readonly to: string
  readonly ours: boolean
  /** Erased when it runs. */
  readonly typeOnly: boolean
}

const importing =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{][^'"();]*?\sfrom\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm

export function importsOf({ path, text }: SourceFile): readonly Import[] {
  const withoutComments = text.replace(token, (_all, string) => string ?? '')
  return [...withoutComments.matchAll(importing)].map((match) => {
    const target = match[2] ?? match[3] ?? ''
    const ours = target.startsWith('.')
    const to = ours ? posix.join(dirname(path), target) : target
    return { from: path, to, ours, typeOnly: match[1] !== undefined }
  })
}
