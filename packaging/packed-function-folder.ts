// Stands in the package for lib/function-folder.ts: the bundles are beside the compiled construct.
import { fileURLToPath } from 'node:url';

export function functionFolder(name: string): string {
  return fileURLToPath(new URL(`../functions/${name}`, import.meta.url));
}
