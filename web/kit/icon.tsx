/** Line icons on a 20-unit grid; always beside a word, so they are hidden from readers. */
const paths = {
  ward: 'M3 4h6v5H3zM11 4h6v5h-6zM3 11h6v5H3zM11 11h6v5h-6z',
  patients:
    'M7 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2.5 16c0-2.8 2-4.5 4.5-4.5s4.5 1.7 4.5 4.5M13 9a2 2 0 1 0 0-4M14 11.5c2 .3 3.5 1.9 3.5 4.5',
  person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3.5 2.6-5.5 6-5.5s6 2 6 5.5',
  alarms: 'M10 3.5a4.5 4.5 0 0 0-4.5 4.5v3.5L4 14h12l-1.5-2.5V8A4.5 4.5 0 0 0 10 3.5zM8 16.5a2 2 0 0 0 4 0',
  devices: 'M3 4h14v9H3zM7 17h6M10 13v4M5.5 9H8l1-2.5 1.8 4 1.2-1.5h2.5',
  storage: 'M4 5c0-3 12-3 12 0v10c0 3-12 3-12 0zM4 5c0 3 12 3 12 0M4 10c0 3 12 3 12 0',
  settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  eye: 'M2.5 10C5 5.5 8 5 10 5s5 .5 7.5 5c-2.5 4.5-5.5 5-7.5 5s-5-.5-7.5-5zM10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  shield: 'M10 2.5 16 5v4.5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8V5zM7.5 10l2 2 3.5-4',
  chain: 'M8 12 12 8M9 6l1.5-1.5a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.5a3.5 3.5 0 0 1-5-5L6 9',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5 17 17',
  rail: 'M3 4h14v12H3zM7.5 4v12',
  wall: 'M3 8V3h5M12 3h5v5M17 12v5h-5M8 17H3v-5',
  close: 'M5 5l10 10M15 5 5 15',
  chevron: 'M5 8l5 5 5-5',
  download: 'M10 3v9M6.5 9 10 12.5 13.5 9M4 16h12',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 8v8',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
