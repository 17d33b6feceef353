// Bundles the console's page, once for each state of its sources; kept in .carillon.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['console', 'protocol'];
const KEPT = join(ROOT, '.carillon');
/** Our choice: as many as branches one changes between. */
const BUILDS_KEPT = 4;

let building: Promise<string> | undefined;

/** Gives the folder with console.js and console.css. Requests that come together wait for one build. */
export function buildConsole(): Promise<string> {
  building ??= build().finally(() => {
    building = undefined;
  });
  return building;
}

async function build(): Promise<string> {
  const folder = join(KEPT, `console-${await fingerprint()}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  // Loaded only now: most starts find the bundle.
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    entryPoints: [
      { in: join(ROOT, 'console/console.tsx'), out: 'console' },
      { in: join(ROOT, 'console/styles/console.css'), out: 'console-styles' },
    ],
    bundle: true,
    minify: true,
    write: false,
    outdir: making,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!.text;
  await writeFile(join(making, 'console.js'), textOf('console.js'));
  await writeFile(join(making, 'console.css'), textOf('console-styles.css'));
  await rename(making, folder).catch(async (error: unknown) => {
    // Another process made the same bundle meanwhile; it is as good as ours.
    if (!existsSync(folder)) throw error;
    await rm(making, { recursive: true });
  });
  await forgetOldBuilds();
  return folder;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(ROOT, 'package-lock.json')).catch(() => ''));
  for (const source of SOURCES) {
    const names = (await readdir(join(ROOT, source), { recursive: true })).map(String).sort();
    for (const name of names) {
      if (!/\.(tsx?|css)$/.test(name)) continue;
      hash.update(`\0${name}\0`).update(await readFile(join(ROOT, source, name)));
    }
  }
  return hash
    .update(await readFile(join(dirname(fileURLToPath(import.meta.url)), 'build-console.ts')).catch(() => ''))
    .digest('hex')
    .slice(0, 16);
}

async function forgetOldBuilds(): Promise<void> {
  const names = (await readdir(KEPT)).filter((name) => /^console-[0-9a-f]+$/.test(name));
  const made = await Promise.all(names.map(async (name) => ({ name, ms: (await stat(join(KEPT, name))).mtimeMs })));
  const old = made.sort((a, b) => b.ms - a.ms).slice(BUILDS_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(KEPT, name), { recursive: true, force: true })));
}
