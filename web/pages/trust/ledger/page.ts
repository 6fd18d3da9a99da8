import { definePage } from '../../../app/page.ts'

export default definePage({
  id: 'ledger',
  path: '/trust/ledger',
  allow: 'signed-in',
  title: 'rooms.ledger',
  room: { icon: 'chain', order: 7 },
  states: { loading: 'skeleton', empty: 'explain', stale: 'none', denied: 'explain', error: 'retry' },
  view: () => import('./view.tsx'),
})
