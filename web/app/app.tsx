/** Routes: every page behind its permission, each loaded when first opened. */
import { type ComponentType, lazy, Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { SkeletonLines } from '../kit/states/state-message.tsx'
import type { PageDefinition } from './page.ts'
import { pages } from './pages.ts'
import { Gate } from './session/gate.tsx'
import { useMe } from './session/use-session.ts'
import { Shell } from './shell/shell.tsx'
import { Unknown } from './shell/unknown.tsx'
import { useThemeOnDocument } from './theme.ts'

const views = new Map<string, ComponentType>(pages.map((page) => [page.id, lazy(page.view)]))

function PageView({ page }: { readonly page: PageDefinition }) {
  const View = views.get(page.id)!
  return (
    <Suspense fallback={page.states.loading === 'skeleton' ? <SkeletonLines /> : null}>
      <View />
    </Suspense>
  )
}

/** Where a person of this role begins. */
function Home() {
  const me = useMe()
  const first = pages.find(
    (page) =>
      page.room &&
      page.allow !== undefined &&
      page.allow !== 'signed-in' &&
      me?.permissions.includes(page.allow),
  )
  return <Navigate to={first?.path ?? '/settings'} replace />
}

export function App() {
  useThemeOnDocument()
  return (
    <Routes>
      {pages
        .filter((page) => page.bare)
        .map((page) => (
          <Route key={page.id} path={page.path} element={<PageView page={page} />} />
        ))}
      <Route
        element={
          <Gate>
            <Shell />
          </Gate>
        }
      >
        <Route index element={<Home />} />
        {pages
          .filter((page) => !page.bare)
          .map((page) => (
            <Route
              key={page.id}
              path={page.path}
              element={
                <Gate allow={page.allow}>
                  <PageView page={page} />
                </Gate>
              }
            />
          ))}
        <Route path="*" element={<Unknown />} />
      </Route>
    </Routes>
  )
}
