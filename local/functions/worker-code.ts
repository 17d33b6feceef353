// The code every function worker starts with, bundled once and kept in .carillon: plain JavaScript, whatever runs this
// process.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('./runtime/', import.meta.url);
const KEPT = new URL('../../.carillon/', import.meta.url);

let code: string | undefined;

export function workerCode(): string {
  code ??= keptCode();
  return code;
}

/**
 * Bundling takes longer than everything else a start does on one thread, so it is done once for each state of the
 * source.
 */
function keptCode(): string {
  const kept = new URL(`worker-${fingerprint()}.cjs`, KEPT);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const bundled = bundle();
  mkdirSync(KEPT, { recursive: true });
  for (const name of readdirSync(KEPT)) if (/^worker-[0-9a-f]+\.cjs$/.test(name)) rmSync(new URL(name, KEPT));
  // Renamed when whole: another process may start at the same time.
  const making = new URL(`worker-${process.pid}.making`, KEPT);
  writeFileSync(making, bundled);
  renameSync(making, kept);
  return bundled;
}

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(new URL(import.meta.url)));
  for (const name of readdirSync(SOURCE).sort()) hash.update(`\0${name}\0`).update(readFileSync(new URL(name, SOURCE)));
  return hash.digest('hex').slice(0, 16);
}

function bundle(): string {
  // Loaded only when it is needed.
  const { buildSync }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  return buildSync({
    entryPoints: [fileURLToPath(new URL('main.ts', SOURCE))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  }).outputFiles[0]!.text;
}
