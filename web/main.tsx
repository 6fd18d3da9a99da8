import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css'
import './kit/tokens.css'
import './kit/base.css'
import { ApiError } from './app/api/client.ts'
import { App } from './app/app.tsx'
import { startLanguage } from './app/i18n/index.ts'
import { preferences } from './app/preferences.ts'
import { session } from './app/session/session.ts'
import { keepFlashesInStep } from './kit/alarm/flash-clock.ts'

/** A refusal stays a refusal when asked again; only an unreachable or failing server is worth another try. */
const worthAnotherTry = (failures: number, error: Error): boolean =>
  failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500)

const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthAnotherTry, staleTime: 10_000, refetchOnWindowFocus: false } },
})

keepFlashesInStep(document)
void session.start()
await startLanguage(preferences.get().language)
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
)
