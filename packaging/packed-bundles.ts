// Stands in the package for lib/bundle-handler.ts: the bundles are beside the compiled construct.
import { fileURLToPath } from 'node:url';

export function bundledFolder(name: string): string {
  return fileURLToPath(new URL(`../functions/${name}`, import.meta.url));
}
