// The icon and colour of each notification type. A page adds types or replaces them.
import type { Glyph } from './glyph-paths.ts';

export interface TypeLook {
  /** A glyph of the bell, or path data (an SVG `d`) on a 16 × 16 grid. */
  icon: Glyph | (string & {});
  /** A colour of the bell, or any CSS colour. */
  color: 'green' | 'blue' | 'purple' | 'grey' | 'red' | 'amber' | (string & {});
}

const COLORS = /^(green|blue|purple|grey|red|amber)$/;
const check: TypeLook = { icon: 'check', color: 'green' };
const info: TypeLook = { icon: 'info', color: 'blue' };

const LOOKS: Record<string, TypeLook> = {
  'trade.created': check,
  'trade.updated': info,
  'trade.deleted': { icon: 'bin', color: 'grey' },
  'journal.created': check,
  'journal.updated': info,
  'csv.import': { icon: 'folder', color: 'purple' },
  error: { icon: 'cross', color: 'red' },
  info,
  success: check,
  friend_request: { icon: 'person', color: 'blue' },
  chat_message: { icon: 'speech', color: 'blue' },
  group: { icon: 'people', color: 'blue' },
  reminder: { icon: 'clock', color: 'amber' },
};

/** The look of the type itself, else of what it belongs to (`group` for `group.member.joined`), else "i" in blue. */
export function lookOf(type: string, own: Record<string, TypeLook> = {}): TypeLook {
  for (let name = type; name !== ''; name = name.slice(0, Math.max(0, name.search(/[._][^._]*$/)))) {
    const found = Object.hasOwn(own, name) ? own[name] : Object.hasOwn(LOOKS, name) ? LOOKS[name] : undefined;
    if (found) return found;
  }
  return info;
}

/** The value of the CSS variable a disc is drawn with. */
export function colorOf({ color }: TypeLook): string {
  return COLORS.test(color) ? `var(--_${color})` : color;
}
