import type { Interaction } from '../record/model.ts'

/** SMART App Launch 2.2, scopes for clinical data: `(patient|user|system)/(Type|*).[c][r][u][d][s]`. */
export interface Scope {
  readonly level: 'patient' | 'user' | 'system'
  /** A resource type, or `*`. */
  readonly resourceType: string
  readonly may: ReadonlySet<Interaction>
}

const grammar = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?)$/
const letters: Readonly<Record<string, Interaction>> = {
  c: 'create',
  r: 'read',
  u: 'update',
  d: 'delete',
  s: 'search',
}

/** Undefined where the text is none; the letters must keep their order. */
export function parseScope(text: string): Scope | undefined {
  const match = grammar.exec(text)
  if (!match?.[3]) return undefined
  return {
    level: match[1] as Scope['level'],
    resourceType: match[2]!,
    may: new Set([...match[3]].map((letter) => letters[letter]!)),
  }
}

const covers = (held: Scope, asked: Scope): boolean =>
  held.level === asked.level &&
  (held.resourceType === '*' || held.resourceType === asked.resourceType) &&
  [...asked.may].every((interaction) => held.may.has(interaction))

/** Whether a client registered for `registered` may hold `asked`: one registered scope must cover it whole. */
export function mayHold(registered: readonly string[], asked: string): boolean {
  if (registered.includes(asked)) return true
  const wanted = parseScope(asked)
  if (!wanted) return false
  return registered.some((text) => {
    const held = parseScope(text)
    return held !== undefined && covers(held, wanted)
  })
}

/** The scopes of one level, compiled to a question. */
export function permits(
  scopes: readonly string[],
  ...levels: readonly Scope['level'][]
): (resourceType: string, interaction: Interaction) => boolean {
  const held = scopes.map(parseScope).filter((scope) => scope !== undefined && levels.includes(scope.level))
  return (resourceType, interaction) =>
    held.some(
      (scope) =>
        scope !== undefined &&
        (scope.resourceType === '*' || scope.resourceType === resourceType) &&
        scope.may.has(interaction),
    )
}
