// What a page loads for the bell, as its bundler makes it. Budgets, in bytes after gzip.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../../client/element/notification-bell.ts', import.meta.url));
const KB = 1_024;

it('is at most 20 KB before the bell is drawn, 10 KB for what floats, and 1 KB for a language', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    legalComments: 'none',
  });
  const sizeOf = (path: string) =>
    gzipSync(outputFiles.find((file) => file.path.endsWith(path.replace('out/', '')))!.contents, { level: 9 }).length;
  const outputs = Object.entries(metafile.outputs);
  const [entry, { imports }] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith('notification-bell.ts'))!;
  const loadedAtOnce = [entry, ...imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)];
  const sizes = {
    bell: loadedAtOnce.map(sizeOf).reduce((sum, size) => sum + size),
    surfaces: sizeOf(outputs.find(([path]) => path.includes('surfaces'))![0]),
    languages: outputs.filter(([path]) => /\/(nl|de|fr|es)-/.test(path)).map(([path]) => sizeOf(path)),
  };
  expect(sizes.bell).toBeLessThanOrEqual(20 * KB);
  expect(sizes.surfaces).toBeLessThanOrEqual(10 * KB);
  expect(sizes.languages).toHaveLength(4);
  expect(Math.max(...sizes.languages)).toBeLessThanOrEqual(KB);
  console.info(sizes);
});
