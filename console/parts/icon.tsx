// Line icons on a grid of 16, in the colour of the text around them.
const PATHS = {
  bell: 'M3 2.5h10M8 2.500v2M8 4.500c-2.600 0-3.200 2-3.300 4.500L3.500 11.500h9L11.300 9C11.200 6.500 10.600 4.500 8 4.500zM7 13.800h2',
  done: 'M3.2 8.600l3 3L12.800 4.600',
  failed: 'M4.200 4.200l7.600 7.600M11.800 4.200l-7.600 7.600',
  skipped: 'M4.200 4.200l7.600 7.600M11.800 4.200l-7.600 7.600',
  none: 'M5.500 8h5',
  attention: 'M8 3v6.200M8 12.500v.100',
  retry: 'M12.700 8.300A4.700 4.700 0 1 1 11.200 4.500M11.400 1.800v2.900H8.500',
  live: 'M1.500 8.500h2.800L6.500 3.500l3 9.500 2.200-4.500h2.800',
  list: 'M2.500 4.200h11M2.500 8h11M2.500 11.800h7',
  user: 'M8 8a2.700 2.700 0 1 0 0-5.400A2.700 2.700 0 0 0 8 8zM2.800 13.800c.7-2.700 2.600-3.800 5.200-3.800s4.500 1.100 5.200 3.800',
  group:
    'M6 7.800a2.400 2.400 0 1 0 0-4.800 2.400 2.400 0 0 0 0 4.800zM1.600 13c.5-2.400 2-3.300 4.400-3.300s3.900.9 4.400 3.300M10.600 3.300a2.400 2.400 0 0 1 0 4.300M12 10c1.400.5 2.100 1.500 2.400 3',
  phone:
    'M5.200 1.800h5.600a1.200 1.200 0 0 1 1.200 1.200v10a1.200 1.200 0 0 1-1.200 1.200H5.200A1.200 1.200 0 0 1 4 13V3a1.200 1.200 0 0 1 1.200-1.200zM7.200 12.200h1.600',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.800V8l2.300 1.500',
  tray: 'M2.200 9.300h3.300l1 2h3l1-2h3.300M2.200 9.300v4h11.600v-4L11.600 3H4.400z',
  table: 'M2.200 3h11.600v10H2.200zM2.200 6.400h11.600M2.200 9.700h11.600M6 6.400V13',
  bolt: 'M9 1.600L3.700 9h4.200L7 14.400 12.300 7H8z',
  terminal: 'M2.700 3.700l3 3-3 3M7.500 11.600h5.800',
  search: 'M7 11.200a4.200 4.200 0 1 0 0-8.400 4.200 4.200 0 0 0 0 8.400zM10.200 10.200l3.500 3.500',
  copy: 'M5.700 5.700h7.600v7.600H5.700zM10.300 5.700v-3H2.700v7.600h3',
  everyone: 'M2.600 6.500v3l6.900 3.300V3.200zM12 5.800a3.300 3.300 0 0 1 0 4.400M4.600 10.300v2.700h2.500',
  chat: 'M2.600 3h10.800v7.800H7.200L4.300 13.400v-2.600H2.600z',
  trade: 'M2.200 5.400h11.300l-2.900-2.900M13.800 10.600H2.500l2.900 2.900',
  file: 'M2.200 13V3.500h4l1.500 2h6.100V13z',
  note: 'M3.500 2.300h9v11.400h-9zM5.800 5.500h4.400M5.800 8.200h4.400M5.800 10.900h2.500',
  unknown: 'M5.700 6a2.400 2.400 0 1 1 3.600 2.100C8.400 8.600 8 9 8 10M8 12.600v.1',
  theme: 'M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM8 2.500v11',
  help: 'M5.700 6a2.400 2.400 0 1 1 3.600 2.100C8.400 8.600 8 9 8 10M8 12.600v.1',
  more: 'M2.500 4.200h11M2.500 8h11M2.500 11.800h11',
  out: 'M6.500 3.500h-3v9h9v-3M9 3h4v4M13 3L7.500 8.500',
} as const;

export type IconName = keyof typeof PATHS | 'waiting' | 'dot' | 'ring';

export function Icon({ name, tone }: { name: IconName; tone?: string }) {
  const shape =
    name === 'waiting' ? (
      <circle cx="8" cy="8" r="4.500" stroke-dasharray="2.200 2.500" />
    ) : name === 'dot' ? (
      <circle cx="8" cy="8" r="3.500" fill="currentColor" />
    ) : name === 'ring' ? (
      <circle cx="8" cy="8" r="3.500" />
    ) : (
      <path d={PATHS[name]} />
    );
  return (
    <svg class={`icon${tone ? ` ${tone}` : ''}`} viewBox="0 0 16 16" aria-hidden="true">
      {shape}
    </svg>
  );
}

/** Neutral here: colour is for outcomes. */
export function typeIcon(notificationType: string, audience: string): IconName {
  if (audience === 'everyone') return 'everyone';
  const type = notificationType.toLowerCase();
  if (type.startsWith('trade')) return 'trade';
  if (type.startsWith('chat') || type === 'typing') return 'chat';
  if (type.startsWith('group')) return 'group';
  if (type.includes('friend')) return 'user';
  if (type.includes('import') || type.startsWith('csv')) return 'file';
  if (type.startsWith('journal')) return 'note';
  if (type.includes('reminder')) return 'clock';
  return 'bell';
}
