import { describe, expect, it } from 'vitest';
import { sayIn } from '../../../client/element/language.ts';
import { de } from '../../../client/element/words/de.ts';
import { en } from '../../../client/element/words/en.ts';
import { es } from '../../../client/element/words/es.ts';
import { fr } from '../../../client/element/words/fr.ts';
import { nl } from '../../../client/element/words/nl.ts';

const loaded = (lang: string) =>
  new Promise<ReturnType<typeof sayIn>>((resolve) => {
    sayIn(lang, () => resolve(sayIn(lang, () => {})));
  });

describe('the texts of the bell', () => {
  it.each(Object.entries({ nl, de, fr, es }))('have the same placeholders in %s as in English', (_, words) => {
    const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const [word, text] of Object.entries(words)) {
      expect([word, placeholders(text)]).toEqual([word, placeholders(en[word as keyof typeof en])]);
      expect([word, text.trim()]).not.toEqual([word, '']);
    }
  });

  it('are in the page’s language once it is loaded, whatever its region, and in English until then', async () => {
    expect(sayIn('fr-CA', () => {})('retry')).toBe('Retry now');
    expect((await loaded('es-MX'))('retry')).toBe('Reintentar');
    expect((await loaded('nl'))('moreArrived', 3)).toBe('Nog 3 meldingen ontvangen.');
  });

  it('are English for a language the bell does not have, or a name that means something to JavaScript', () => {
    for (const lang of ['fi', '', 'constructor', '__proto__']) expect(sayIn(lang, () => {})('all')).toBe('All');
  });

  it('distinguish one from many, and isolate a title with whatever is in it', () => {
    const say = sayIn('en', () => {});
    expect(say('cleared', 1)).toBe('1 notification cleared');
    expect(say('cleared', 12)).toBe('12 notifications cleared');
    expect(say('remove', 1, '$& {n} \u202Ex')).toBe('Remove: \u2068$& {n} \u202Ex\u2069');
  });
});
