// Bundles one handler with esbuild: everything inside, the AWS SDK too, because what is bundled starts faster.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const HANDLERS = fileURLToPath(new URL('../lambdas/handlers/', import.meta.url));

/** Some dependencies are CommonJS and call require for Node's own modules; ESM has none unless it is made. */
const REQUIRE_BANNER = "import{createRequire as carillonRequire}from'node:module';const require=carillonRequire(import.meta.url);";

export interface Bundle {
  code: Uint8Array;
  hash: string;
}

/** The same bytes for the same sources: nothing in it depends on the machine or the folder. */
export function bundleHandler(name: string): Bundle {
  const result = buildSync({
    entryPoints: [join(HANDLERS, `${name}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    // One bundle for a desk's Node 20 and Lambda's Node 24.
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    legalComments: 'none',
    logLevel: 'error',
  });
  const code = result.outputFiles[0]!.contents;
  return { code, hash: createHash('sha256').update(code).digest('hex') };
}

/** Writes the bundle as `index.mjs` into a folder of its own. */
export function writeBundle(bundle: Bundle, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), bundle.code);
}
