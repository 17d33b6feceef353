// The code every function worker starts with, bundled once: plain JavaScript, whatever runs this process.
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let code: string | undefined;

export function workerCode(): string {
  code ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./runtime/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  }).outputFiles[0]!.text;
  return code;
}
