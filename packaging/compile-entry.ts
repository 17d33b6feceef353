// Compiles one entry point for `import` and for `require`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { Entry } from './entries.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS has no import.meta. */
const URL_BANNER = "const packedUrl=require('node:url').pathToFileURL(__filename).href;";

export async function compileEntry(entry: Entry, dist: string): Promise<void> {
  const shared = {
    entryPoints: [join(ROOT, entry.source)],
    bundle: true,
    minifySyntax: true,
    target: entry.platform === 'node' ? 'node20' : 'es2022',
    platform: entry.platform,
    external: entry.peers.flatMap((peer) => [peer, `${peer}/*`]),
    jsx: 'automatic',
    legalComments: 'none',
    logLevel: 'error',
    plugins: [packedFunctions],
  } as const satisfies BuildOptions;
  const outfile = join(dist, entry.output);
  await Promise.all([
    build({ ...shared, format: 'esm', outfile: `${outfile}.mjs` }),
    build({
      ...shared,
      format: 'cjs',
      outfile: `${outfile}.cjs`,
      // A browser has neither: what it runs must not ask for them.
      ...(entry.platform === 'node' && {
        define: { 'import.meta.url': 'packedUrl' },
        banner: { js: URL_BANNER },
      }),
    }),
  ]);
}

const packedFunctions: Plugin = {
  name: 'packed-functions',
  setup({ onResolve }) {
    onResolve({ filter: /\/bundle-handler\.ts$/ }, () => ({
      path: join(ROOT, 'packaging/packed-bundles.ts'),
    }));
  },
};
