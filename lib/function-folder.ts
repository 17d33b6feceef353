// The folder that holds the bundle of one function. The package has it built beforehand.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHandler, writeBundle } from './bundle-handler.ts';

const BUNDLES = fileURLToPath(new URL('../.carillon/functions/', import.meta.url));

/** Named for its content, so that two syntheses at once write the same bytes or different folders. */
export function functionFolder(name: string): string {
  const bundle = bundleHandler(name);
  const folder = join(BUNDLES, `${name}-${bundle.hash.slice(0, 16)}`);
  writeBundle(bundle, folder);
  return folder;
}
