import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { files, root } from './repository.ts'

const pages = files.filter(({ path }) => path.endsWith('.md'))

/** As GitHub makes them: lower case, punctuation gone, spaces to hyphens. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

function brokenLinks(page: { readonly path: string; readonly text: string }): readonly string[] {
  const prose = page.text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const link = match[1] ?? ''
    if (/^(https?:|mailto:)/.test(link)) return []
    const [file = '', anchor] = link.split('#')
    const path = file === '' ? page.path : normalize(join(dirname(page.path), file))
    if (!existsSync(join(root, path))) return [`${link}: no such file`]
    if (anchor === undefined || !path.endsWith('.md')) return []
    const target = pages.find((one) => one.path === path)
    return target && anchorsOf(target.text).has(anchor) ? [] : [`${link}: no such heading`]
  })
}

describe('links', () => {
  it.each(pages.map((page) => [page.path, page] as const))('of %s lead somewhere', (_path, page) => {
    expect(brokenLinks(page)).toEqual([])
  })
})
