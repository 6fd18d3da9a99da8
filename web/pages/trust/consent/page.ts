import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'consent',
  path: '/my/consent',
  allow: 'own-record.view',
  title: 'rooms.consent',
  room: { icon: 'shield', order: 3 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
