// The examples' scripts, bundled from source when a page asks for them: no build step, no CDN, and an edit shows at
// once.
import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const EXAMPLES_FOLDER = join(ROOT, 'examples');
/** What the package's entry points are, for pages that import them by name. */
const PACKAGE = {
  'carillon/client/element': join(ROOT, 'client/element/notification-bell.ts'),
  'carillon/client/react': join(ROOT, 'client/react/use-notifications.ts'),
  'carillon/client': join(ROOT, 'client/core/create-notifications.ts'),
};
const ENTRIES = {
  'notification-bell': PACKAGE['carillon/client/element'],
  demo: join(EXAMPLES_FOLDER, 'demo.ts'),
  'plain/main': join(EXAMPLES_FOLDER, 'plain/main.ts'),
  'react/main': join(EXAMPLES_FOLDER, 'react/main.tsx'),
  'svelte/main': join(EXAMPLES_FOLDER, 'svelte/main.ts'),
  'htmx/main': join(EXAMPLES_FOLDER, 'htmx/main.ts'),
};
const OUT = join(ROOT, '.carillon/examples');

export interface Bundles {
  /** By path below `/examples/`, such as `react/main.js`. */
  scripts: ReadonlyMap<string, Uint8Array>;
  /** Whether a source file was edited since. */
  isStale(): Promise<boolean>;
}

export async function bundleExamples(): Promise<Bundles> {
  const startedAtMs = Date.now();
  // Loaded here, because `npm start` needs it only for these pages.
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: ENTRIES,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    alias: PACKAGE,
    plugins: [svelte],
    define: { 'process.env.NODE_ENV': '"production"' },
    conditions: ['browser'],
    outdir: OUT,
    chunkNames: 'chunks/[name]-[hash]',
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
    logLevel: 'silent',
  });
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  return {
    scripts: new Map(outputFiles.map(({ path, contents }) => [relative(OUT, path).replaceAll('\\', '/'), contents])),
    async isStale() {
      const edited = await Promise.all(sources.map((path) => stat(join(ROOT, path))));
      return edited.some(({ mtimeMs }) => mtimeMs > startedAtMs);
    },
  };
}

const svelte: Plugin = {
  name: 'svelte',
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      // The largest of the examples' tools, loaded with the first page.
      const { compile } = await import('svelte/compiler');
      const { js } = compile(await readFile(path, 'utf8'), { filename: basename(path), generate: 'client' });
      return { contents: js.code, loader: 'js' };
    });
  },
};
