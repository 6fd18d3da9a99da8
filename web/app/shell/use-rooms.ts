import type { PageDefinition } from '../page.ts'
import { pages } from '../pages.ts'
import { useMe } from '../session/use-session.ts'

/** The rooms this person's roles open. */
export function useRooms(): readonly PageDefinition[] {
  const me = useMe()
  return pages.filter(
    ({ room, allow }) =>
      room && me && (allow === 'signed-in' || (allow !== undefined && me.permissions.includes(allow))),
  )
}
