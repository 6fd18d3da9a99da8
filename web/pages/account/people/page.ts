import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'people',
  path: '/people',
  allow: 'users.manage',
  title: 'rooms.people',
  room: { icon: 'person', order: 8 },
  states: { loading: 'skeleton', empty: 'none', stale: 'none', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
