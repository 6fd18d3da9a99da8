import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'welcome',
  path: '/welcome/:token',
  title: 'welcome.title',
  bare: true,
  states: { loading: 'none', empty: 'none', stale: 'none', denied: 'explain', error: 'message' },
  view: () => import('./view.tsx'),
})
