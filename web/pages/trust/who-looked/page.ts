import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'who-looked',
  path: '/trust/who-looked',
  allow: 'own-record.view',
  title: 'rooms.whoLooked',
  room: { icon: 'eye', order: 2 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'banner', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
