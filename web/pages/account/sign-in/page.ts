import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'sign-in',
  path: '/sign-in/:uid',
  title: 'signIn.title',
  bare: true,
  states: { loading: 'none', empty: 'none', stale: 'none', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
