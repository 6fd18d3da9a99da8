import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'signed-in',
  path: '/signed-in',
  title: 'signIn.title',
  bare: true,
  states: { loading: 'skeleton', empty: 'none', stale: 'none', denied: 'none', error: 'retry' },
  view: () => import('./view.tsx'),
})
