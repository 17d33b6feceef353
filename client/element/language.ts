// The bell's texts in the page's language, with their numbers and titles filled in.
import { en, type Words } from './words/en.ts';

export type Say = (word: keyof Words, n?: number, title?: string) => string;

/** English is there from the start; a page loads one more language at most. */
const LOADERS = new Map<string, () => Promise<Words>>([
  ['nl', async () => (await import('./words/nl.ts')).nl],
  ['de', async () => (await import('./words/de.ts')).de],
  ['fr', async () => (await import('./words/fr.ts')).fr],
  ['es', async () => (await import('./words/es.ts')).es],
]);
const loaded = new Map<string, Words>();

/**
 * `lang` as HTML writes it, such as `nl-BE`. English as long as the language is not loaded, and for one the bell does
 * not have.
 */
export function sayIn(lang: string, onLoaded: () => void): Say {
  const name = lang.toLowerCase().split('-')[0]!;
  const load = LOADERS.get(name);
  if (load && !loaded.has(name)) {
    loaded.set(name, en);
    load().then(
      (words) => {
        loaded.set(name, words);
        onLoaded();
      },
      // No network: it stays English, and the next page tries again.
      () => {},
    );
  }
  const words = loaded.get(name) ?? en;
  return (word, n = 1, title = '') => {
    const [one, many = one] = words[word].split('|') as [string, string?];
    // The isolates keep a title's own direction from turning the words around it. A function, because `$&` may be in a
    // title.
    return (n === 1 ? one : many).replace('{n}', String(n)).replace('{title}', () => `\u2068${title}\u2069`);
  };
}
