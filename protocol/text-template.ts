// `Added to {group_name}`: texts of rules that map other systems' events, filled in with the fields of such an event.

/** A name, or a path through objects. Anything else in braces is text. */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\}/g;

/** Too long, the end is left away: somebody's long group name must not lose them the notification. */
export function fillText(template: string, values: unknown, maxCharacters: number): string {
  const filled = template.replace(PLACEHOLDER, (_, path: string) => textAt(values, path.split('.')));
  if (filled.length <= maxCharacters) return carried(filled).replace(/\p{Surrogate}/gu, '\uFFFD');
  return `${[...filled.slice(0, maxCharacters - 1)]
    .map(carried)
    .filter((character) => !isHalf(character))
    .join('')}…`;
}

/** What no queue takes must not lose somebody the notification either. */
const carried = (text: string): string => text.replace(/[\uFFFE\uFFFF]/g, '\uFFFD');

function textAt(values: unknown, path: readonly string[]): string {
  let value = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = (value as Record<string, unknown>)[name];
  }
  if (Array.isArray(value)) return value.map(plainText).filter(Boolean).join(', ');
  return plainText(value);
}

const plainText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What cutting leaves of a character of two code units. */
const isHalf = (character: string): boolean => /^[\uD800-\uDFFF]$/.test(character);
