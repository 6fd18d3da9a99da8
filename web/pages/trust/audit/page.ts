import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'audit',
  path: '/trust/audit',
  allow: 'audit.view',
  title: 'rooms.audit',
  room: { icon: 'eye', order: 7 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
