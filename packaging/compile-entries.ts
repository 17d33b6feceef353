// Compiles the entry points for `import` and for `require`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import type { Entry } from './entries.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS has no import.meta. */
const URL_BANNER = "const packedUrl=require('node:url').pathToFileURL(__filename).href;";
const OF_NODE = { define: { 'import.meta.url': 'packedUrl' }, banner: { js: URL_BANNER } };

/**
 * lit asks for `document` when it is imported, unless it is built for both browsers and servers, which may import the
 * element too. "neutral", because esbuild's "browser" prefers the other build.
 */
const ANYWHERE: BuildOptions = { platform: 'neutral', conditions: ['node'], mainFields: ['module', 'main'] };

/** Those of one platform together: what they share is in the package once, and what they load later stays apart. */
export async function compileEntries(entries: Entry[], dist: string): Promise<void> {
  const platforms = new Set(entries.map(({ platform }) => platform));
  await Promise.all(
    [...platforms].map((platform) =>
      compile(
        entries.filter((entry) => entry.platform === platform),
        platform,
        dist,
      ),
    ),
  );
}

async function compile(entries: Entry[], platform: Entry['platform'], dist: string): Promise<void> {
  const shared = {
    entryPoints: Object.fromEntries(entries.map(({ output, source }) => [output, join(ROOT, source)])),
    outdir: dist,
    bundle: true,
    minifySyntax: true,
    target: platform === 'node' ? 'node20' : 'es2022',
    platform: 'node',
    external: [...new Set(entries.flatMap(({ peers }) => peers))].flatMap((peer) => [peer, `${peer}/*`]),
    jsx: 'automatic',
    ...(platform !== 'node' && ANYWHERE),
    legalComments: 'none',
    logLevel: 'error',
    plugins: [packedFunctions],
  } satisfies BuildOptions;
  const chunkNames = `${platform}-chunks/[name]-[hash]`;
  await Promise.all([
    build({ ...shared, format: 'esm', splitting: true, chunkNames, outExtension: { '.js': '.mjs' } }),
    // A browser has neither import.meta's stand-in nor require for Node's modules: what it runs must not ask for them.
    build({ ...shared, format: 'cjs', outExtension: { '.js': '.cjs' }, ...(platform === 'node' && OF_NODE) }),
  ]);
}

const packedFunctions: Plugin = {
  name: 'packed-functions',
  setup({ onResolve }) {
    onResolve({ filter: /\/bundle-handler\.ts$/ }, () => ({ path: join(ROOT, 'packaging/packed-bundles.ts') }));
  },
};
