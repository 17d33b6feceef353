// The bell's texts in the page's language, with their numbers and titles filled in.
import { de } from './words/de.ts';
import { en, type Words } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { nl } from './words/nl.ts';

export type Say = (word: keyof Words, n?: number, title?: string) => string;

const LANGUAGES: Record<string, Words> = { en, nl, de, fr, es };

/** `lang` as HTML writes it, such as `nl-BE`. A language the bell does not have falls back to English. */
export function sayIn(lang: string): Say {
  const words = LANGUAGES[lang.toLowerCase().split('-')[0]!] ?? en;
  return (word, n = 1, title = '') => {
    const [one, many = one] = words[word].split('|') as [string, string?];
    // The isolates keep a title's own direction from turning the words around it. A function, because `$&` may be in a title.
    return (n === 1 ? one : many).replace('{n}', String(n)).replace('{title}', () => `\u2068${title}\u2069`);
  };
}
