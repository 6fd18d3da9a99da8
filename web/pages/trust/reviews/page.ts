import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'reviews',
  path: '/trust/break-glass',
  allow: 'break-glass.review',
  title: 'rooms.reviews',
  room: { icon: 'shield', order: 2 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'none', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
