// The path data of each glyph of panel and toasts; apart from what draws them, so that its types need no library.
import { BELL, RETRY } from './glyph.ts';

export const GLYPHS = {
  check: 'm3.2 8.6 3 3 6.6-7',
  cross: 'm4.2 4.2 7.6 7.6m0-7.6-7.6 7.6',
  info: 'M8 7.3v4.2M8 4.5v.2',
  alert: 'M8 3.7v5.1M8 11.9v.2',
  bin: 'M3.2 4.6h9.6M6.4 4.4V2.8h3.2v1.6M4.4 4.8l.7 8.4h5.8l.7-8.4',
  folder: 'M2.4 12.6V3.4h3.8l1.4 1.8h6v7.4Z',
  person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8ZM3.2 13.4c.4-2.6 2.2-3.7 4.8-3.7s4.4 1.1 4.8 3.7',
  people:
    'M6 8a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 6 8ZM1.8 12.8C2.2 10.6 3.7 9.6 6 9.6s3.8 1 4.2 3.2M10.8 3.6a2.3 2.3 0 0 1 0 4.2M12.2 9.9c1.1.4 1.8 1.3 2 2.9',
  speech: 'M2.6 3.4h10.8v7.4H7.4l-3 2.4v-2.4H2.6Z',
  clock: 'M8 13.6A5.6 5.6 0 1 0 8 2.4a5.6 5.6 0 0 0 0 11.2ZM8 5v3.2l2 1.3',
  sliders:
    'M2.4 5h5.5M11.5 5h2.1M2.4 11h2.1M8.1 11h5.5M9.7 6.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6ZM6.3 12.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z',
  retry: RETRY,
  bell: BELL,
  dot: 'M8 8v0',
};

export type Glyph = keyof typeof GLYPHS;
