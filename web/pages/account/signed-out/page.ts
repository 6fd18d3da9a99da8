import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'signed-out',
  path: '/signed-out',
  title: 'signIn.signedOut',
  bare: true,
  states: { loading: 'none', empty: 'none', stale: 'none', denied: 'none', error: 'message' },
  view: () => import('./view.tsx'),
})
