// Changes one place of the product while it is loaded for a test; the files stay as they are.
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Throws when the place is not there exactly once. */
export function planted(code: string, { file, find, replace }: Mutant): string {
  const parts = code.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places like this, not one: ${find}`);
  return parts.join(replace);
}

export function plantMutant(mutant: Mutant): Plugin {
  return {
    name: 'plant-mutant',
    enforce: 'pre',
    transform(code, id) {
      return id.split('?')[0] === ROOT + mutant.file ? planted(code, mutant) : undefined;
    },
  };
}
